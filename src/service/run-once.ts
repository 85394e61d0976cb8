import type { Watch } from '../config/config.ts'
import { lookAtWatch } from './look.ts'
import { collectDue, ripen, workOff, type PassParts } from './pass.ts'
import type { ScanEnd } from './scan.ts'

/** What one pass came to. */
export type OnceEnd = {
  readonly scans: readonly { readonly watch: Watch; readonly end: ScanEnd }[]
  /** Files that still change, left for the next run. */
  readonly settling: number
  readonly interrupted: boolean
}

/** One look at every watch, then passes until nothing is left. A file younger than its settle time is looked at
 *  again after the rest, waiting at most once that time. */
export const runOnce = async (parts: PassParts, signal: AbortSignal): Promise<OnceEnd> => {
  await parts.archives.retry()
  const scans: { watch: Watch; end: ScanEnd }[] = []
  for (const watch of parts.config.watches) scans.push({ watch, end: await lookAtWatch(watch, parts, signal) })
  await drain(parts, signal)
  const wait = longestSettle(parts)
  if (wait > 0 && !signal.aborted) {
    await parts.clock.sleep(wait, signal)
    await ripen(parts)
    await drain(parts, signal)
  }
  return { scans, settling: parts.settling.size, interrupted: signal.aborted }
}

/** Until neither a candidate nor anything due is left. What stays due after it was worked off waits for the next. */
const drain = async (parts: PassParts, signal: AbortSignal): Promise<void> => {
  await collectDue(parts)
  while (parts.candidates.size > 0 && !signal.aborted) {
    await workOff(parts, signal)
    await collectDue(parts)
  }
}

/** How long until everything that settles now may have settled. */
const longestSettle = (parts: PassParts): number => {
  if (parts.settling.size === 0) return 0
  return Math.max(...parts.config.watches.map((one) => one.settleMs)) + 1
}
