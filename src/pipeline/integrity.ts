import type { IntegrityCheck } from '../config/rules.ts'
import { bytesAt, isArchived, isKept, isOpen, rest, type Component } from '../domain/component.ts'
import { Fault } from '../domain/fault.ts'
import { withMembers, type Group } from '../domain/group.ts'
import { isUntouched, type Identity } from '../domain/identity.ts'
import { baseName } from '../domain/path.ts'
import { parseSums, sidecarName } from '../domain/sums.ts'
import type { Inspection } from '../world.ts'
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

/** One question to the disk for all of a watch: another whose file system hangs is not waited for. Members with a checksum check are read in full. What still settles is
 *  not read, and neither is what the archive kept from the generation before: that was in order. */
const inspectAll = async (groups: readonly Group[], { files, settings, settling }: StageWorld): Promise<Inspections> => {
  const members = groups.flatMap((group) => {
    const checks = settings(group.watchName).rules.integrity
    const read = checks.some((check) => check.type === 'checksum') ? 'sha256' : 'head'
    const { followSymlinks } = settings(group.watchName).watch
    const moving = settling(group.watchName, group.key)
    return group.members.filter((one) => isOpen(one) && !isKept(one) && !moving.includes(one.path))
      .map((member) => ({ member, read: read as 'sha256' | 'head', followSymlink: followSymlinks }))
  })
  const answers = await files.inspect(members.map(({ member, ...how }) => ({ path: member.path, ...how })))
  return new Map(members.flatMap(({ member }, index) => {
    const answer = answers[index]
    return answer === undefined ? [] : [[member, answer] as const]
  }))
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
      const verdict = await judge({ ...member, identity: seen.identity }, { group, checks, sha256: seen.sha256 ?? null }, world)
      if (verdict instanceof Fault) return fault(group, verdict)
      members.push(verdict)
    }
  }
  const isChecked = checks.some((check) => check.type === 'checksum')
  return go(withMembers(group, isChecked ? members.map((one) => besideItsFile(one, members)) : members))
}

/** A checksum goes with its file, and waits as long as that one is not in order. */
const besideItsFile = (one: Component, members: readonly Component[]): Component => {
  const file = isOpen(one) ? members.find((other) => sidecarName(other.path) === one.path) : undefined
  if (file === undefined || isOpen(file) || isArchived(file)) return one
  return { ...rest(one, 'waiting', 'integrity', `${baseName(file.path)}, whose checksum it is, is ${file.status}`), isHeld: true }
}

/** The device number of the ledger is that of an earlier run, and counts for nothing. */
const isWhatWasSeen = ({ identity, fresh }: Component, now: Identity): boolean =>
  isUntouched({ ...identity, device: fresh?.device ?? now.device }, now)

type Judging = { readonly group: Group; readonly checks: readonly IntegrityCheck[]; readonly sha256: string | null }

/** The first check that fails decides. */
const judge = async (
  member: Component, { group, checks, sha256 }: Judging, world: StageWorld,
): Promise<Component | Fault> => {
  const known = sha256 === null ? member : { ...member, sha256 }
  for (const check of checks) {
    const failed = await runCheck(check, known, group, world)
    if (failed instanceof Fault) return failed
    if (failed !== null) return { ...rest(known, failed.status, 'integrity', failed.reason), isHeld: failed.status === 'waiting' }
  }
  return known
}

type Failed = { readonly status: 'integrity_failed' | 'waiting'; readonly reason: string }

const runCheck = async (
  check: IntegrityCheck, member: Component, group: Group, world: StageWorld,
): Promise<Failed | Fault | null> => {
  const size = member.identity.sizeBytes
  const failed = (reason: string): Failed => ({ status: 'integrity_failed', reason })
  switch (check.type) {
    case 'min_size':
      return size < check.bytes ? failed(`too small: ${size} bytes, min_size is ${check.bytes}`) : null
    case 'max_size':
      return size > check.bytes ? failed(`too large: ${size} bytes, max_size is ${check.bytes}`) : null
    case 'checksum':
      return checkSum(member, group, world)
    case 'plugin': {
      const [answer] = await world.plugins.call({ module: null, name: check.function }, [[member.path]])
      if (answer instanceof Fault) return answer
      if (answer === null || answer === undefined) return null
      return failed(typeof answer === 'string' ? answer : `${check.function} gave ${String(answer)}, not a reason or null`)
    }
  }
}

/** Compares with the sidecar beside it, which is a member of the same group. */
const checkSum = async (member: Component, group: Group, { files }: StageWorld): Promise<Failed | Fault | null> => {
  if (isSidecar(member, group)) return null
  const sidecar = group.members.find((one) => one.path === sidecarName(member.path))
  if (sidecar === undefined) {
    return { status: 'waiting', reason: `its checksum ${baseName(sidecarName(member.path))} is not there yet` }
  }
  const [answer] = await files.inspect([{ path: bytesAt(sidecar), read: 'text' }])
  if (answer?.is === 'fault') return answer.fault
  if (answer?.is !== 'read') return { status: 'waiting', reason: `its checksum ${baseName(sidecar.path)} cannot be read yet` }
  const expected = parseSums(answer.text ?? '', baseName(member.path))
  if (expected.is === 'malformed') return { status: 'integrity_failed', reason: `${baseName(sidecar.path)}: ${expected.reason}` }
  if (expected.sha256 === member.sha256) return null
  return {
    status: 'integrity_failed',
    reason: `its SHA-256 is ${member.sha256}, ${baseName(sidecar.path)} says ${expected.sha256}`,
  }
}

const isSidecar = (member: Component, group: Group): boolean =>
  group.members.some((one) => one !== member && sidecarName(one.path) === member.path)
