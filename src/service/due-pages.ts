import type { Millis } from '../domain/time.ts'
import { collectDue, page, reopenChanged } from './due.ts'
import type { PassParts } from './pass-parts.ts'

/** What becomes due in a service: asked for at each poll interval, and where there is more than a page of it, as soon as
 *  that page is worked off. A page that begins with the same group as the one before moved nothing, and gives no reason for
 *  haste. */
export type DuePages = {
  isTime(now: Millis, isIdle: boolean): boolean
  collect(now: Millis, parts: PassParts): Promise<void>
}

export const openDuePages = (): DuePages => {
  let nextAt: Millis = 0
  let isMore = false
  let first: string | null = null
  return {
    isTime: (now, isIdle) => now >= nextAt || (isMore && isIdle),
    collect: async (now, parts) => {
      nextAt = now + parts.config.service.pollIntervalMs
      const reopened = await reopenChanged(parts)
      const due = await collectDue(parts)
      const before = first
      first = due.length < page ? null : JSON.stringify(due[0])
      isMore = reopened > 0 || (first !== null && first !== before)
    },
  }
}
