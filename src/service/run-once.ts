import type { Watch } from '../config/config.ts'
import type { Millis } from '../domain/time.ts'
import { beginPass, endPass } from '../store/passes.ts'
import { writeWatchReports } from '../store/watch-state.ts'
import { sums } from './heartbeat.ts'
import type { Lanes } from './lanes.ts'
import { lookAtWatch, type LookEnd } from './look.ts'
import { collectDue, reopenChanged } from './due.ts'
import { ripen } from './look-again.ts'
import { passLanes } from './pass-lanes.ts'
import { activeWatches, type PassParts } from './pass-parts.ts'
import { recover } from './recover.ts'
import { recallUnsettled, tellRestless, unsettledByWatch } from './restless.ts'
import { watchReport } from './watch-report.ts'

/** What one pass came to. */
export type OnceEnd = {
  readonly scans: readonly { readonly watch: Watch; readonly end: LookEnd }[]
  /** Files that still change, left for the next run. */
  readonly settling: number
  readonly interrupted: boolean
}

/** One look at every watch, then passes until nothing is left. A file younger than its settle time is looked at
 *  again after the rest, waiting at most once that time. */
export const runOnce = async (parts: PassParts, host: string, signal: AbortSignal): Promise<OnceEnd> => {
  const { sql, clock } = parts
  const pass = await beginPass(sql, { startedAt: clock.now(), host, mode: 'once' })
  const end = await onePass(parts, signal)
  const exitCode = !end.interrupted && end.scans.some((one) => one.end.fault !== null) ? 1 : 0
  await report(end, parts)
  await endPass(sql, pass, { ...sums(parts.tally), endedAt: clock.now(), exitCode })
  return end
}

const onePass = async (parts: PassParts, signal: AbortSignal): Promise<OnceEnd> => {
  const lanes = passLanes(parts, signal)
  await parts.archives.retry()
  await recover(parts)
  await recallUnsettled(parts)
  const scans: { watch: Watch; end: LookEnd }[] = []
  for (const watch of activeWatches(parts)) scans.push({ watch, end: await lookAtWatch(watch, parts, { lanes, signal }) })
  await drain(parts, lanes, signal)
  const wait = longestSettle(parts)
  if (wait > 0 && !signal.aborted) {
    await parts.clock.sleep(wait, signal)
    await ripenAll(parts)
    await drain(parts, lanes, signal)
  }
  return { scans, settling: parts.settling.size, interrupted: signal.aborted }
}

/** Everything that has been quiet by now. What changed meanwhile has begun its quiet time anew. */
const ripenAll = async (parts: PassParts): Promise<void> => {
  for (let before = Infinity; parts.settling.size > 0 && parts.settling.size < before; ) {
    before = parts.settling.size
    await ripen(parts)
  }
}

/** Until neither a candidate nor anything due is left, nor what other rules decided. */
const drain = async (parts: PassParts, lanes: Lanes, signal: AbortSignal): Promise<void> => {
  let reopened = 0
  do {
    await parts.claims.tend()
    reopened = await reopenChanged(parts)
    await collectDue(parts)
    lanes.pump()
    await Promise.race([lanes.idle(), lastCall(parts, signal)])
  } while (!signal.aborted && (parts.candidates.size > 0 || reopened > 0 || (await collectDue(parts)).length > 0))
}

/** How long what is in hand may take after a signal to stop: then it is left to the next run, which takes it back. */
export const farewellMs: Millis = 3000

/** Ends that long after the signal. */
const lastCall = async ({ clock }: PassParts, signal: AbortSignal): Promise<void> => {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  await clock.sleep(farewellMs)
}

/** How long until everything that settles now may have settled. */
const longestSettle = (parts: PassParts): number => {
  if (parts.settling.nextAt() === null) return 0
  return Math.max(...parts.config.watches.map((one) => one.settleMs)) + 1
}

const report = async ({ scans }: OnceEnd, parts: PassParts): Promise<void> => {
  const { sql, clock, settling } = parts
  tellRestless(parts)
  const unsettledOf = unsettledByWatch(parts)
  await writeWatchReports(sql, scans.map(({ watch, end }) => watchReport(watch, end, {
    ...unsettledOf(watch.name), backend: null, reason: null, missedHints: 0, isSettling: settling.has,
  })), clock.now())
}
