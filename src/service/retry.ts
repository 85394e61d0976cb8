import { isArchived, note, rest, step, type Component } from '../domain/component.ts'
import type { Fault } from '../domain/fault.ts'
import { eachOpen, openMembers, withMembers, type Group } from '../domain/group.ts'
import { hour, type Instant, type Millis } from '../domain/time.ts'
import type { ServiceConfig } from '../config/config.ts'

const longestDelay: Millis = 24 * hour

/** How long attempt `n` waits: `retry_delay × 2^(n-1)`, at most 24 h. */
export const retryDelay = (attempt: number, { retryDelayMs }: Pick<ServiceConfig, 'retryDelayMs'>): Millis =>
  Math.min(retryDelayMs * 2 ** (attempt - 1), longestDelay)

/** What a fault makes of a group: tried again later, or failed once its retries are used up. Trouble of an archive
 *  as a whole holds the group without using up a retry. */
export const afterFault = (
  group: Group, stage: string, fault: Fault, now: Instant, service: Pick<ServiceConfig, 'retryDelayMs' | 'maxRetries'>,
): Group => {
  if (fault.archive !== undefined) {
    return {
      ...eachOpen(group, (one) => rest({ ...one, nextRetryAt: null }, 'retry_pending', stage, fault.sentence)),
      dueAt: null, heldBy: fault.archive,
    }
  }
  if (openMembers(group).length === 0) return archivedWith(group, stage, fault, now + retryDelay(1, service))
  const attempt = Math.max(0, ...openMembers(group).map((one) => one.retryCount)) + 1
  if (attempt > service.maxRetries) {
    return { ...eachOpen(group, (one) => failed(one, stage, fault)), dueAt: null, heldBy: null }
  }
  const nextRetryAt = now + retryDelay(attempt, service)
  return {
    ...eachOpen(group, (one) =>
      step({ ...one, retryCount: attempt, nextRetryAt }, 'retry_pending', stage, fault.sentence)),
    dueAt: nextRetryAt, heldBy: null,
  }
}

/** What is archived stays so. What was seen of its source is looked at again. */
const archivedWith = (group: Group, stage: string, fault: Fault, dueAt: Instant): Group => ({
  ...withMembers(group, group.members.map((one) => (isArchived(one) && one.fresh != null ? note(one, stage, fault.sentence) : one))),
  dueAt, heldBy: null,
})

const failed = (one: Component, stage: string, fault: Fault): Component =>
  step({ ...one, nextRetryAt: null }, 'failed', stage, fault.sentence)
