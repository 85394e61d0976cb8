import { stepsOf, type Group } from '../domain/group.ts'
import type { Status } from '../domain/status.ts'

/** What passes did since they began. */
export type Tally = {
  lookedAt: number
  archived: number
  bytes: number
  /** Components newly in trouble, by status. */
  readonly trouble: Map<Status, number>
}

export const newTally = (): Tally => ({ lookedAt: 0, archived: 0, bytes: 0, trouble: new Map() })

const troubles: readonly Status[] = ['integrity_failed', 'timed_out', 'retry_pending', 'failed']

/** Adds what became of a group. */
export const addToTally = (group: Group, tally: Tally): void => {
  for (const { member, step } of stepsOf(group)) {
    if (step.from === step.to || step.to !== member.status) continue
    if (step.to === 'archived') {
      tally.archived += 1
      tally.bytes += member.identity.sizeBytes
    } else if (troubles.includes(step.to)) tally.trouble.set(step.to, (tally.trouble.get(step.to) ?? 0) + 1)
  }
}
