import { isArchived, newComponent, step, type Component } from '../domain/component.ts'
import { absentMembers, withMembers, type Group } from '../domain/group.ts'
import { contentOf, type Readings } from './readings.ts'
import { go, halt, type Decision, type StageWorld } from './stage.ts'

/** Members of the generation before that were delivered again join this one at once. */
export const withReturning = (group: Group, readings: Readings, world: StageWorld): Group => {
  const returning = absentMembers(group).filter((one) => contentOf(one, readings) !== null)
  if (returning.length === 0) return group
  const joined = returning.map((one) => again(one, readings, group, world))
  const isRefused = world.settings(group.watchName).watch.onRedelivery === 'fail'
  return withMembers(group, [...group.members, ...(isRefused ? joined.map(refused) : joined)])
}

const again = (one: Component, readings: Readings, group: Group, { now }: StageWorld): Component => {
  const same = contentOf(one, readings) === 'same'
  return step(
    newComponent({
      path: one.path, extension: one.extension, identity: one.fresh ?? one.identity, detectedAt: now,
      sha256: same ? one.sha256 : null,
    }),
    'detected', 'record', `delivered again${same ? ' unchanged' : ''}, generation ${group.generation}`,
  )
}

/** Changed content of an archived group: what that means is the watch's policy. */
export const redeliver = (group: Group, recorded: readonly Component[], readings: Readings, world: StageWorld): Decision => {
  const next = nextGeneration(group, recorded, readings, world)
  const isRefused = world.settings(group.watchName).watch.onRedelivery === 'fail'
  return isRefused ? halt(withMembers(next, next.members.map(refused))) : go(next)
}

const refused = (one: Component): Component =>
  step(one, 'failed', 'record', 'delivered again with other content, and on_redelivery = "fail"')

/** A generation is made of the newest version of every member; those not delivered again are taken over later. */
const nextGeneration = (
  group: Group, recorded: readonly Component[], readings: Readings, world: StageWorld,
): Group => {
  const { now } = world
  const opened: Group = {
    ...group, id: null, generation: group.generation + 1, createdAt: now, lastArrivalAt: now, complete: false,
    completedAt: null, completedSeq: null, heldBy: null, metadata: null, selectedBy: null, routedBy: null, archiveName: null, dueAt: null, warnedAt: null,
    releaseRequested: false, supersedes: false, receipt: null, previous: recorded.filter(isArchived), members: [],
  }
  const members = group.members.flatMap((one, index) => {
    if (contentOf(one, readings) !== null) return [again(one, readings, opened, world)]
    const other = recorded[index]
    return other === undefined || isArchived(other) || !other.inDelivery ? [] : [carried(other, opened)]
  })
  return { ...opened, members }
}

/** One that was not archived before its group was delivered again has its part in the new generation. */
const carried = (one: Component, { generation }: Group): Component => step(
  newComponent({
    ...one, id: null, before: null, status: 'detected', steps: [], place: null, error: null, retryCount: 0, nextRetryAt: null,
  }),
  'detected', 'record', `generation ${generation}`,
)
