import type { IntegrityCheck } from '../config/rules.ts'
import { isKept, isOpen, rest, type Component } from '../domain/component.ts'
import { Fault } from '../domain/fault.ts'
import { withMembers, type Group } from '../domain/group.ts'
import { isUntouched, type Identity } from '../domain/identity.ts'
import type { ChecksumAlgorithm } from '../domain/sums.ts'
import { sightText } from '../domain/sight.ts'
import type { Inspection } from '../world.ts'
import { checkManifest, manifestOf, withManifestHeld, type GroupManifest } from './check-manifest.ts'
import { besideTheirFiles, checkSum, sumsOf, type GroupSums } from './check-sums.ts'
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
    const moving = new Set(settling(group.watchName, group.key))
    return group.members.filter((one) => isOpen(one) && !isKept(one) && !moving.has(one.path))
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
  const beside = await besideOf(group, checks, inspections, world)
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
      const verdict = await judge(now, { group, checks, seen, beside }, world)
      if (verdict instanceof Fault) return fault(group, verdict)
      members.push(verdict)
    }
  }
  const algorithm = algorithmOf(checks)
  if (hasManifest(checks)) return go(withMembers(group, withManifestHeld(members)))
  return go(withMembers(group, algorithm === null ? members : besideTheirFiles(members, algorithm)))
}

/** What other members say of those that are judged. */
type Beside = { readonly manifest: GroupManifest; readonly sums: GroupSums | null }

const besideOf = async (
  group: Group, checks: readonly IntegrityCheck[], inspections: Inspections, world: StageWorld,
): Promise<Beside> => {
  const judged = group.members.filter((one) => inspections.get(one)?.is === 'read')
  const algorithm = algorithmOf(checks)
  return {
    manifest: hasManifest(checks) && judged.length > 0 ? await manifestOf(group, world) : null,
    sums: algorithm === null ? null : await sumsOf(judged, group, algorithm, world),
  }
}

const hasManifest = (checks: readonly IntegrityCheck[]): boolean => checks.some((check) => check.type === 'manifest')

/** One sidecar a file: the first such check of a rule set says of which kind. */
const algorithmOf = (checks: readonly IntegrityCheck[]): ChecksumAlgorithm | null =>
  checks.find((check) => check.type === 'checksum')?.algorithm ?? null

/** The device number of the ledger is that of an earlier run, and counts for nothing. */
const isWhatWasSeen = ({ identity, fresh }: Component, now: Identity): boolean =>
  isUntouched({ ...identity, device: fresh?.device ?? now.device }, now)

type Read = Inspection & { readonly is: 'read' }
type Judging = { readonly group: Group; readonly checks: readonly IntegrityCheck[]; readonly seen: Read; readonly beside: Beside }

/** The first check that fails decides. */
const judge = async (
  member: Component, { group, checks, seen, beside }: Judging, world: StageWorld,
): Promise<Component | Fault> => {
  const known = seen.sha256 === undefined ? member : { ...member, sha256: seen.sha256 }
  for (const check of checks) {
    const failed = await runCheck(check, known, { group, seen, beside }, world)
    if (failed instanceof Fault) return failed
    if (failed !== null) return { ...rest(known, failed.status, 'integrity', failed.reason), isHeld: failed.status === 'waiting' }
  }
  return known
}

type Failed = { readonly status: 'integrity_failed' | 'waiting'; readonly reason: string }

const runCheck = async (
  check: IntegrityCheck, member: Component, { group, seen, beside }: Omit<Judging, 'checks'>, world: StageWorld,
): Promise<Failed | Fault | null> => {
  const size = member.identity.sizeBytes
  const failed = (reason: string): Failed => ({ status: 'integrity_failed', reason })
  switch (check.type) {
    case 'min_size':
      return size < check.bytes ? failed(`too small: ${size} bytes, min_size is ${check.bytes}`) : null
    case 'max_size':
      return size > check.bytes ? failed(`too large: ${size} bytes, max_size is ${check.bytes}`) : null
    case 'checksum':
      return beside.sums === null ? null : checkSum(member, seen[check.algorithm] ?? null, beside.sums)
    case 'manifest':
      return checkManifest(member, group, seen.sha256 ?? null, beside.manifest)
    case 'plugin': {
      const [answer] = await world.plugins.call({ module: null, name: check.function }, [[member.path]])
      if (answer instanceof Fault) return answer
      if (answer === null || answer === undefined) return null
      return failed(typeof answer === 'string' ? answer : `${check.function} gave ${String(answer)}, not a reason or null`)
    }
  }
}
