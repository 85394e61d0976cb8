import { isArchived, newComponent, note, step, type Component } from '../domain/component.ts'
import { Fault } from '../domain/fault.ts'
import { absentMembers, withMembers, type Group } from '../domain/group.ts'
import { differenceOf, identityText, type Identity } from '../domain/identity.ts'
import { fault, go, halt, type Decision, type Stage, type StageWorld } from './stage.ts'

/** Holds what is there against what the ledger knows: new, changed, back, gone, or delivered again. A difference
 *  in inode or ctime alone means: hash, and where the content is the same refresh the row in silence. */
export const record: Stage = {
  name: 'record',
  run: (groups, world) => {
    const digests = digestsOfDoubtful(groups, world)
    return groups.map(async (group) => recordGroup(group, await digests, world))
  },
}

/** What an archived component's path holds now. */
type Digests = ReadonlyMap<Component, string | Fault | null>

const digestsOfDoubtful = async (groups: readonly Group[], { files }: StageWorld): Promise<Digests> => {
  const doubtful = groups.flatMap((group) => [...group.members, ...absentMembers(group)].filter(isDoubtful))
  if (doubtful.length === 0) return new Map()
  const answers = await files.inspect(doubtful.map((one) => ({ path: one.path, read: 'sha256' })))
  return new Map(doubtful.map((one, index): [Component, string | Fault | null] => {
    const answer = answers[index]
    if (answer?.is === 'fault') return [one, answer.fault]
    return [one, answer?.is === 'read' ? (answer.sha256 ?? null) : null]
  }))
}

/** Archived bytes stand for this path, and what is there now is not what was archived, by its looks. */
const isDoubtful = (one: Component): boolean =>
  isArchived(one) && one.fresh != null && (!one.inDelivery || differenceOf(one.identity, one.fresh) !== 'same')

const recordGroup = (group: Group, digests: Digests, world: StageWorld): Decision => {
  for (const answer of [...group.members, ...absentMembers(group)].map((one) => digests.get(one))) {
    if (answer instanceof Fault) return fault(group, answer)
  }
  const redelivered = group.members.filter((one) => digests.has(one) && digests.get(one) !== one.sha256)
  const members = reopenTogether(group.members.map((one) => recordMember(one, digests)))
  if (redelivered.length > 0) return redeliver(withMembers(group, members), redelivered, digests, world)
  const arrived = members.some((one) => one.fresh != null && (one.id === null || one.steps.length > 0))
  const joined = withReturning({ ...withMembers(group, members) }, digests)
  return go(arrived ? { ...joined, lastArrivalAt: world.now } : joined)
}

const recordMember = (one: Component, digests: Digests): Component => {
  if (one.id === null && one.steps.length === 0) return step(one, 'detected', 'record', null)
  if (one.fresh === undefined) return one
  if (one.fresh === null) return gone(one)
  if (isArchived(one)) return digests.get(one) === one.sha256 ? refreshed(one, one.fresh) : one
  if (one.status === 'cleared') return back(step(one, 'detected', 'record', 'it is there again'), one.fresh)
  const changed = differenceOf(one.identity, one.fresh) !== 'same'
  if (!changed) return one.inDelivery ? one : { ...one, inDelivery: true, touched: true }
  return one.status === 'detected'
    ? back(one, one.fresh)
    : back(step(one, 'detected', 'record', 'its content changed'), one.fresh)
}

const refreshed = (one: Component, identity: Identity): Component => ({
  ...one, identity, inDelivery: true, touched: true, seen: null,
})

/** Its bytes are to be looked at anew. */
const back = (one: Component, identity: Identity): Component => ({
  ...one, identity, sha256: null, inDelivery: true, retryCount: 0, nextRetryAt: null, touched: true,
})

/** An archived or failed one keeps its status; of the others it was the only copy that was known. */
const gone = (one: Component): Component => {
  if (!one.inDelivery) return one
  const away = { ...one, inDelivery: false, touched: true }
  if (one.origin === 'taken_over') return away
  if (one.status === 'archived' || one.status === 'superseded') return note(away, 'record', 'source removed')
  if (one.status === 'failed') return note(away, 'record', 'source removed before it was archived')
  return one.status === 'cleared' ? away : step(away, 'cleared', 'record', 'it was removed before it was archived')
}

/** What a new or changed member may mend: a group that was not wanted or out of time, a checksum that failed. */
const reopenTogether = (members: readonly Component[]): readonly Component[] => {
  const moved = members.some((one) => one.steps.some((each) => each.to === 'detected'))
  if (!moved) return members
  return members.map((one) =>
    one.status === 'not_selected' || one.status === 'timed_out' || isMended(one, members)
      ? step(one, 'detected', 'record', 'a member of its group arrived or changed') : one)
}

/** A failed checksum is tried again when its sidecar changed. */
const isMended = (one: Component, members: readonly Component[]): boolean =>
  one.status === 'integrity_failed' &&
  members.some((other) => other.path === `${one.path}.sha256` && other.steps.length > 0)

/** Members of the generation before that were delivered again with the same content join this one at once. */
const withReturning = (group: Group, digests: Digests): Group => {
  const returning = absentMembers(group).filter((one) => one.fresh != null && digests.has(one))
  return returning.length === 0
    ? group
    : withMembers(group, [...group.members, ...returning.map((one) => again(one, digests, group))])
}

const again = (one: Component, digests: Digests, group: Group): Component => {
  const same = digests.get(one) === one.sha256
  return step(
    newComponent({
      path: one.path, extension: one.extension, identity: one.fresh ?? one.identity, detectedAt: group.lastArrivalAt,
      sha256: same ? one.sha256 : null,
    }),
    'detected', 'record', `delivered again${same ? ' unchanged' : ''}, generation ${group.generation}`,
  )
}

/** Changed content of an archived group: what that means is the watch's policy. */
const redeliver = (
  group: Group, changed: readonly Component[], digests: Digests, world: StageWorld,
): Decision => {
  const policy = world.settings(group.watchName).watch.onRedelivery
  const isChanged = (one: Component) => changed.some((each) => each.id === one.id && each.path === one.path)
  if (policy === 'ignore') {
    const members = group.members.map((one) => isChanged(one) ? ignored(one) : one)
    return halt(withMembers(group, members))
  }
  const next = nextGeneration(group, isChanged, digests, world)
  if (policy !== 'fail') return go(next)
  return halt(withMembers(next, next.members.map((one) =>
    step(one, 'failed', 'record', 'delivered again with other content, and on_redelivery = "fail"'))))
}

const ignored = (one: Component): Component => {
  const seen = one.fresh == null ? null : identityText(one.fresh)
  if (seen === one.seen) return one
  return { ...note(one, 'record', 'delivered again with other content; on_redelivery = "ignore"'), seen, inDelivery: true, touched: true }
}

/** A generation is made of the newest version of every member; those not delivered again are taken over later. */
const nextGeneration = (
  group: Group, isChanged: (one: Component) => boolean, digests: Digests, { now }: StageWorld,
): Group => {
  const opened: Group = {
    ...group, id: null, generation: group.generation + 1, createdAt: now, lastArrivalAt: now, complete: false,
    completedAt: null, completedSeq: null, heldBy: null, metadata: null, selectedBy: null, routedBy: null, archiveName: null, dueAt: null, warnedAt: null,
    releaseRequested: false, supersedes: false, receipt: null, previous: group.members.filter(isArchived), members: [],
  }
  const comes = (one: Component) => isChanged(one) || (one.fresh != null && digests.has(one)) || !isArchived(one)
  const members = group.members.filter(comes).map((one) =>
    isArchived(one)
      ? again(one, digests, opened)
      : step(newComponent({ ...one, id: null, before: null, status: 'detected', steps: [], place: null }), 'detected', 'record', `generation ${opened.generation}`))
  return { ...opened, members }
}
