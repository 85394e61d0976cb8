import type { IntegrityCheck } from '../config/rules.ts'
import { bytesAt, isArchived, isKept, isOpen, rest, type Component } from '../domain/component.ts'
import { Fault } from '../domain/fault.ts'
import { withMembers, type Group } from '../domain/group.ts'
import { isUntouched, type Identity } from '../domain/identity.ts'
import { baseName } from '../domain/path.ts'
import { digestTitle, parseSums, sidecarName, type ChecksumAlgorithm } from '../domain/sums.ts'
import { sightText } from '../domain/sight.ts'
import type { Inspection } from '../world.ts'
import { checkManifest, withManifestHeld } from './check-manifest.ts'
import { fault, go, type Decision, type Stage, type StageWorld } from './stage.ts'

/** Readable, a regular file, and passes every check of its rule set. What permissions refuse has failed; what the
 *  system reports as broken is a fault of its group, tried again. */
export const integrity: Stage = {
  name: 'integrity',
  run: (groups, world) => {
    const ofWatch = Map.groupBy(groups, (one) => one.watchName)
    const inspections = new Map([...ofWatch].map(([name, own]) => [name, inspectAll(own, world)]))
    return groups.map(async (group) => judgeGroup(group, (await inspections.get(group.watchName)) ?? new Map(), world))
  },
}

type Inspections = ReadonlyMap<Component, Inspection>

/** One question to the disk for all of a watch: another whose file system hangs is not waited for. What still settles is
 *  not read, and neither is what the archive kept from the generation before: that was in order. */
const inspectAll = async (groups: readonly Group[], { files, settings, settling }: StageWorld): Promise<Inspections> => {
  const [first] = groups
  if (first === undefined) return new Map()
  const { watch: { followSymlinks }, rules: { integrity: checks } } = settings(first.watchName)
  const members = groups.flatMap((group) => {
    const moving = settling(group.watchName, group.key)
    return group.members.filter((one) => isOpen(one) && !isKept(one) && !moving.includes(one.path))
  })
  const read = hasManifest(checks) ? 'sha256' : (algorithmOf(checks) ?? 'head')
  const sights = read === 'head' ? await files.readable(members.map((one) => one.path), followSymlinks) : []
  const inspections = new Map<Component, Inspection>()
  const unclear = members.filter((one, index) => {
    const isAsSeen = sights[index] === sightText('file', one.identity)
    if (isAsSeen) inspections.set(one, { is: 'read', identity: one.identity })
    return !isAsSeen
  })
  const answers = unclear.length === 0 ? []
    : await files.inspect(unclear.map(({ path }) => ({ path, read, followSymlink: followSymlinks })))
  unclear.forEach((one, index) => {
    const answer = answers[index]
    if (answer !== undefined) inspections.set(one, answer)
  })
  return inspections
}

const judgeGroup = async (group: Group, inspections: Inspections, world: StageWorld): Promise<Decision> => {
  const checks = world.settings(group.watchName).rules.integrity
  const members: Component[] = []
  for (const member of group.members) {
    const seen = inspections.get(member)
    if (seen === undefined) members.push(member)
    else if (seen.is === 'fault') return fault(group, seen.fault)
    else if (seen.is === 'gone') return { is: 'resettle', group, paths: [member.path] }
    else if (seen.is === 'unreadable') members.push(rest(member, 'integrity_failed', 'integrity', seen.reason))
    else if (!isWhatWasSeen(member, seen.identity)) return { is: 'resettle', group, paths: [member.path] }
    else {
      const now = member.identity === seen.identity ? member : { ...member, identity: seen.identity }
      const verdict = await judge(now, { group, checks, seen }, world)
      if (verdict instanceof Fault) return fault(group, verdict)
      members.push(verdict)
    }
  }
  const algorithm = algorithmOf(checks)
  if (hasManifest(checks)) return go(withMembers(group, withManifestHeld(members)))
  return go(withMembers(group, algorithm === null ? members : members.map((one) => besideItsFile(one, members, algorithm))))
}

const hasManifest = (checks: readonly IntegrityCheck[]): boolean => checks.some((check) => check.type === 'manifest')

/** One sidecar a file: the first such check of a rule set says of which kind. */
const algorithmOf = (checks: readonly IntegrityCheck[]): ChecksumAlgorithm | null =>
  checks.find((check) => check.type === 'checksum')?.algorithm ?? null

/** A checksum goes with its file, and waits as long as that one is not in order. */
const besideItsFile = (one: Component, members: readonly Component[], algorithm: ChecksumAlgorithm): Component => {
  const file = isOpen(one) ? members.find((other) => sidecarName(other.path, algorithm) === one.path) : undefined
  if (file === undefined || isOpen(file) || isArchived(file)) return one
  return { ...rest(one, 'waiting', 'integrity', `${baseName(file.path)}, whose checksum it is, is ${file.status}`), isHeld: true }
}

/** The device number of the ledger is that of an earlier run, and counts for nothing. */
const isWhatWasSeen = ({ identity, fresh }: Component, now: Identity): boolean =>
  isUntouched({ ...identity, device: fresh?.device ?? now.device }, now)

type Read = Inspection & { readonly is: 'read' }
type Judging = { readonly group: Group; readonly checks: readonly IntegrityCheck[]; readonly seen: Read }

/** The first check that fails decides. */
const judge = async (
  member: Component, { group, checks, seen }: Judging, world: StageWorld,
): Promise<Component | Fault> => {
  const known = seen.sha256 === undefined ? member : { ...member, sha256: seen.sha256 }
  for (const check of checks) {
    const failed = await runCheck(check, known, { group, seen }, world)
    if (failed instanceof Fault) return failed
    if (failed !== null) return { ...rest(known, failed.status, 'integrity', failed.reason), isHeld: failed.status === 'waiting' }
  }
  return known
}

type Failed = { readonly status: 'integrity_failed' | 'waiting'; readonly reason: string }

const runCheck = async (
  check: IntegrityCheck, member: Component, { group, seen }: Omit<Judging, 'checks'>, world: StageWorld,
): Promise<Failed | Fault | null> => {
  const size = member.identity.sizeBytes
  const failed = (reason: string): Failed => ({ status: 'integrity_failed', reason })
  switch (check.type) {
    case 'min_size':
      return size < check.bytes ? failed(`too small: ${size} bytes, min_size is ${check.bytes}`) : null
    case 'max_size':
      return size > check.bytes ? failed(`too large: ${size} bytes, max_size is ${check.bytes}`) : null
    case 'checksum':
      return checkSum(member, { group, algorithm: check.algorithm, found: seen[check.algorithm] ?? null }, world)
    case 'manifest':
      return checkManifest(member, group, seen.sha256 ?? null, world)
    case 'plugin': {
      const [answer] = await world.plugins.call({ module: null, name: check.function }, [[member.path]])
      if (answer instanceof Fault) return answer
      if (answer === null || answer === undefined) return null
      return failed(typeof answer === 'string' ? answer : `${check.function} gave ${String(answer)}, not a reason or null`)
    }
  }
}

/** Compares with the sidecar beside it, which is a member of the same group. */
const checkSum = async (
  member: Component, { group, algorithm, found }: Summing, { files }: StageWorld,
): Promise<Failed | Fault | null> => {
  if (isSidecar(member, group, algorithm)) return null
  const path = sidecarName(member.path, algorithm)
  const sidecar = group.members.find((one) => one.path === path)
  if (sidecar === undefined) return { status: 'waiting', reason: `its checksum ${baseName(path)} is not there yet` }
  const [answer] = await files.inspect([{ path: bytesAt(sidecar), read: 'text' }])
  if (answer?.is === 'fault') return answer.fault
  if (answer?.is !== 'read') return { status: 'waiting', reason: `its checksum ${baseName(sidecar.path)} cannot be read yet` }
  const expected = parseSums(answer.text ?? '', baseName(member.path), algorithm)
  if (expected.is === 'malformed') return { status: 'integrity_failed', reason: `${baseName(sidecar.path)}: ${expected.reason}` }
  if (expected.digest === found) return null
  return {
    status: 'integrity_failed',
    reason: `its ${digestTitle(algorithm)} is ${found}, ${baseName(sidecar.path)} says ${expected.digest}`,
  }
}

type Summing = { readonly group: Group; readonly algorithm: ChecksumAlgorithm; readonly found: string | null }

const isSidecar = (member: Component, group: Group, algorithm: ChecksumAlgorithm): boolean =>
  group.members.some((one) => one !== member && sidecarName(one.path, algorithm) === member.path)
