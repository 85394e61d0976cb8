import { minute, type Millis } from '../domain/time.ts'
import { requeueStale } from '../store/requeue-stale.ts'
import { hintsOf, isScanDue, scanDue, scanOf, scanSoonAfterOverflow, takeHints, visitUnreadable } from './daemon-looks.ts'
import { goOnAfterLoss, heedOthers, isActiveNow } from './daemon-others.ts'
import type { DaemonParts, Round } from './daemon-parts.ts'
import { ripen } from './look-again.ts'
import { activeWatches } from './pass-parts.ts'
import { recover } from './recover.ts'
import { tellRestless } from './restless.ts'

/** An archive in trouble is tried again this often. */
const archiveRetryMs: Millis = minute
/** Rules and settings are looked at this often. */
const reloadEveryMs: Millis = 500

/** Everything that has its time now, once. */
export const oneRound = async (parts: DaemonParts, { roots: all, lanes, timers, due, beside, signal }: Round): Promise<void> => {
  const now = parts.clock.monotonic()
  parts.supervisor.alive()
  await parts.reload()
  if (parts.lease.isLost() && !(await goOnAfterLoss(parts, { lanes, beside, timers }))) return
  const roots = all.filter((one) => isActiveNow(one, parts))
  await heedOthers(parts, { roots, timers, beside })
  const looking = { roots, lanes, beside, signal }
  await takeHints(parts, looking)
  await ripen(parts, beside)
  scanSoonAfterOverflow(parts, roots)
  lanes.pump()
  await scanDue(parts, looking)
  await visitUnreadable(parts, looking)
  if (now >= timers.archives) {
    timers.isToRecover ||= timers.archives > 0
    timers.archives = now + archiveRetryMs
    await beside.run('archives', () => parts.archives.retry())
  }
  if (timers.isToRecover && lanes.active === 0 && parts.candidates.size === 0) {
    timers.isToRecover = false
    await beside.run('recover', () => recover(parts))
  }
  if (now >= timers.stale) {
    timers.stale = now + parts.config.service.reconcileIntervalMs
    await requeueStale(parts.sql, activeWatches(parts).map((one) => one.name), {
      now: parts.clock.now(), staleMs: parts.config.service.staleThresholdMs,
    })
  }
  if (due.isTime(now, parts.candidates.size === 0 && lanes.active === 0)) {
    tellRestless(parts)
    await due.collect(now, parts)
  }
  lanes.pump()
  if (lanes.active === 0) await lanes.idle()
  await parts.heartbeat.beat(roots, lanes.active)
}

/** Until a hint, until something may have settled, or until the next thing to do. */
export const restMs = (parts: DaemonParts, { roots, lanes, beside }: Round): Millis => {
  if (parts.hints.hasNews((name) => beside.isBusy(hintsOf(name)))) return 0
  const now = parts.clock.monotonic()
  const own = roots.filter((one) => one.isActive)
  if (own.some((one) => isScanDue(one, now, beside))) return 0
  const waiting = own.filter((one) => !one.isBeginning && !beside.isBusy(scanOf(one)))
  const waits = [reloadEveryMs, ...waiting.map((one) => one.nextScanAt - now)]
  const nextAt = parts.settling.nextAt()
  if (nextAt !== null) waits.push(nextAt - now)
  if (parts.candidates.size > 0 && lanes.active === 0) waits.push(0)
  return Math.max(0, Math.min(...waits))
}
