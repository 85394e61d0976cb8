import { isArchived, isKept, note, step, type Component } from '../domain/component.ts'
import { absentMembers, withMembers, type Group } from '../domain/group.ts'
import { manifestExtension } from '../domain/manifest.ts'
import { checksumAlgorithms, sidecarName } from '../domain/sums.ts'
import { differenceOf, identityText, isUntouched, type Identity } from '../domain/identity.ts'
import type { Inspection } from '../world.ts'
import { contentOf, readDoubtful, type Readings } from './readings.ts'
import { redeliver, withReturning } from './redelivery.ts'
import { fault, go, type Decision, type Stage, type StageWorld } from './stage.ts'

/** Holds what is there against what the ledger knows: new, changed, back, gone, or delivered again. A difference
 *  in inode or ctime alone means: hash, and where the content is the same refresh the row in silence. */
export const record: Stage = {
  name: 'record',
  run: (groups, world) => {
    const readings = readDoubtful(groups, world)
    return groups.map(async (group) => recordGroup(group, await readings, world))
  },
}

/** What the event of a member says that was not archived yet and is delivered again. */
export const contentChanged = 'its content changed'

const recordGroup = (group: Group, readings: Readings, world: StageWorld): Decision => {
  const moving: Component[] = []
  for (const one of [...group.members, ...absentMembers(group)]) {
    const reading = readings.get(one)
    if (reading?.is === 'fault') return fault(group, reading.fault)
    if (reading !== undefined && isMoving(one, reading)) moving.push(one)
  }
  if (moving.length > 0) return { is: 'resettle', group, paths: moving.map((one) => one.path) }
  const members = reopenTogether(group.members.map((one) => recordMember(one, readings)))
  const redelivered = new Set(group.members.filter((one) => contentOf(one, readings) === 'other'))
  const { onRedelivery: policy } = world.settings(group.watchName).watch
  if (redelivered.size > 0 && policy !== 'ignore') return redeliver(group, members, readings, world)
  const recorded = withMembers(group, members.map((one) => (redelivered.has(one) ? ignored(one) : one)))
  const joined = withReturning(recorded, readings, world)
  return go(joined.members.some(hasArrived) ? { ...joined, lastArrivalAt: world.now } : joined)
}

/** It is not the file any more that was looked at. */
const isMoving = (one: Component, reading: Inspection): boolean =>
  reading.is === 'gone' || (reading.is === 'read' && one.fresh != null && !isUntouched(one.fresh, reading.identity))

const hasArrived = (one: Component): boolean => one.steps.some((each) => each.to === 'detected')

const recordMember = (one: Component, readings: Readings): Component => {
  if (one.id === null && one.steps.length === 0) return step(one, 'detected', 'record', null)
  if (one.fresh === undefined) return one
  if (one.fresh === null) return gone(one)
  if (isArchived(one)) return contentOf(one, readings) === 'same' ? refreshed(one, one.fresh) : one
  if (one.status === 'cleared') return back(step(one, 'detected', 'record', 'it is there again'), one.fresh)
  const changed = differenceOf(one.identity, one.fresh) !== 'same'
  if (changed) return back(step(one, 'detected', 'record', contentChanged), one.fresh)
  return { ...one, identity: one.fresh, inDelivery: true, touched: one.touched || !one.inDelivery }
}

const refreshed = (one: Component, identity: Identity): Component => ({
  ...one, identity, inDelivery: true, touched: true, seen: null,
})

/** Its bytes are to be looked at anew. */
const back = (one: Component, identity: Identity): Component => ({
  ...one, identity, place: null, sha256: null, inDelivery: true, retryCount: 0, nextRetryAt: null, touched: true,
})

/** An archived or failed one keeps its status; of the others it was the only copy that was known. */
const gone = (one: Component): Component => {
  if (!one.inDelivery) return one
  const away = { ...one, inDelivery: false, touched: true }
  if (isKept(away)) return away
  if (one.status === 'archived' || one.status === 'superseded') return note(away, 'record', 'source removed')
  if (one.status === 'failed') return note(away, 'record', 'source removed before it was archived')
  return one.status === 'cleared' ? away : step(away, 'cleared', 'record', 'it was removed before it was archived')
}

/** What a new or changed member may mend: a group that was not wanted or out of time, a checksum that failed. */
const reopenTogether = (members: readonly Component[]): readonly Component[] => {
  const moved = members.some((one) => one.steps.some((each) => each.to === 'detected'))
  if (!moved) return members
  const changed = new Set(members.filter((one) => one.steps.length > 0).map((one) => one.path))
  const isListedAnew = [...changed].some((path) => path.endsWith(manifestExtension))
  /** A failed checksum is tried again when its sidecar changed. */
  const isMended = ({ status, path }: Component) => status === 'integrity_failed' &&
    (isListedAnew || checksumAlgorithms.some((kind) => changed.has(sidecarName(path, kind))))
  return members.map((one) =>
    one.status === 'not_selected' || one.status === 'timed_out' || isMended(one)
      ? step(one, 'detected', 'record', 'a member of its group arrived or changed') : one)
}

const ignored = (one: Component): Component => {
  const seen = one.fresh == null ? null : identityText(one.fresh)
  if (seen === one.seen) return one
  return { ...note(one, 'record', 'delivered again with other content; on_redelivery = "ignore"'), seen, inDelivery: true, touched: true }
}
