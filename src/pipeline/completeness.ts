import type { CompletenessRule } from '../config/rules.ts'
import { isArchived, newComponent, rest, step, type Component } from '../domain/component.ts'
import { showDuration } from '../domain/duration.ts'
import { absentMembers, eachOpen, openMembers, validMembers, withMembers, type Group } from '../domain/group.ts'
import { baseName, showPath } from '../domain/path.ts'
import { contentChanged } from './record.ts'
import { eachGroup, go, halt, type Decision, type StageWorld } from './stage.ts'

/** Complete when every expected extension has a valid member and no file of the key is still settling; else it
 *  waits, until its time is out. A file without completeness rules is a group of one. */
export const completeness = eachGroup('completeness', (delivered, world) => {
  if (openMembers(delivered).length === 0) return halt(delivered)
  const [settling] = world.settling(delivered.watchName, delivered.key)
  if (settling !== undefined) return waits(delivered, `${showPath(baseName(settling))} is still settling`, afterSettling(delivered, world))
  const quietAt = delivered.lastArrivalAt + world.settings(delivered.watchName).watch.redeliveryWaitMs
  const absent = absentMembers(delivered)
  if (absent.length > 0 && world.now < quietAt) return waits(delivered, redeliveryReason(absent), quietAt)
  const old = delivered.releaseRequested ? [] : oldBesideNew(delivered)
  if (old.length > 0) return waits(delivered, redeliveryReason(old), quietAt)
  const group = takeOver(delivered, absent)
  const rule = world.settings(group.watchName).rules.completeness
  const missing = missingExtensions(group, rule)
  const isHeld = group.members.some((one) => one.isHeld)
  if (group.releaseRequested || (missing.length === 0 && !isHeld)) return complete(group, world)
  return incomplete(group, missing, rule, world)
})

const redeliveryReason = (absent: readonly Component[]): string =>
  `delivered again; ${absent.map((one) => one.extension || baseName(one.path)).join(', ')} may follow`

/** Members that were decided about with the old content of another, which is delivered again just now, before anything of
 *  the set was archived: they may follow. Where a check had refused one, what comes mends it. */
const oldBesideNew = ({ members }: Group): readonly Component[] => {
  const isNew = (one: Component) => one.steps.some((each) => each.detail === contentChanged)
  if (!members.some(isNew) || members.some((one) => isArchived(one) || one.before === 'integrity_failed')) return []
  return members.filter((one) => one.before !== null && one.inDelivery && !isNew(one))
}

/** What was not delivered again is taken over from the generation before, once the whole key has been quiet. */
const takeOver = (group: Group, absent: readonly Component[]): Group => {
  const taken = absent.map((one) => step(
    newComponent({
      ...one, id: null, origin: 'taken_over', before: null, status: 'detected', steps: [], error: null, retryCount: 0,
      inDelivery: one.inDelivery && one.fresh !== null,
    }),
    'detected', 'completeness', `taken over from generation ${group.generation - 1}`,
  ))
  return withMembers(group, [...group.members, ...taken])
}

const missingExtensions = (group: Group, rule: CompletenessRule | null): readonly string[] => {
  const present = new Set(validMembers(group).map((one) => one.extension))
  return (rule?.expectedExtensions ?? []).filter((extension) => !present.has(extension))
}

const complete = (group: Group, { now }: StageWorld): Decision =>
  go({ ...group, complete: true, completedAt: group.completedAt ?? now, dueAt: null })

/** What settles brings its group back. Should it be forgotten before, the group is looked at in time all the same. */
const afterSettling = (group: Group, { now, settings }: StageWorld): number | null => {
  const { rules, watch } = settings(group.watchName)
  if (rules.completeness === null) return null
  const deadline = group.createdAt + rules.completeness.timeoutMs
  return deadline > now ? deadline : now + Math.max(watch.redeliveryWaitMs, watch.settleMs, 1000)
}

const incomplete = (
  group: Group, missing: readonly string[], rule: CompletenessRule | null, world: StageWorld,
): Decision => {
  const reason = missing.length === 0 ? 'a member waits for its checksum' : `waiting for ${missing.join(', ')}`
  const deadline = rule === null ? null : group.createdAt + rule.timeoutMs
  if (rule === null || deadline === null || world.now < deadline) return waits(group, reason, deadline)
  const late = `not complete after ${showDuration(rule.timeoutMs)}, ${reason}`
  switch (rule.onTimeout) {
    case 'warn':
      return waits({ ...group, warnedAt: group.warnedAt ?? world.now }, late, null)
    case 'skip':
      return halt({ ...unfinished(eachOpen(group, (one) => rest(one, 'timed_out', 'completeness', late))), dueAt: null })
    case 'archive_partial':
      return go({ ...group, complete: true, completedAt: group.completedAt ?? world.now, dueAt: null })
  }
}

const waits = (group: Group, reason: string, dueAt: number | null): Decision =>
  halt({ ...unfinished(eachOpen(group, (one) => waitingFor(one, reason))), dueAt })

/** A group that was complete once, and of which nothing was archived, may have lost a member since. */
const unfinished = (group: Group): Group =>
  group.members.some(isArchived) ? group : { ...group, complete: false, completedAt: null }

/** A member that already waits for something of its own keeps its reason. */
const waitingFor = (one: Component, reason: string): Component =>
  one.isHeld ? one : rest(one, 'waiting', 'completeness', reason)
