import { Fault } from '../domain/fault.ts'
import { minute, type Millis } from '../domain/time.ts'
import { requeueStale } from '../store/requeue-stale.ts'
import type { Supervisor, Watcher } from '../world.ts'
import { openBeside, type BesideLoop } from './beside.ts'
import { isScanDue, scanDue, scanOf, scanSoonAfterOverflow, takeHints, visitUnreadable } from './daemon-looks.ts'
import type { Heartbeat } from './heartbeat.ts'
import type { HintBook } from './hint-book.ts'
import type { Lanes } from './lanes.ts'
import { Fenced } from './lease.ts'
import { collectDue, reopenChanged } from './due.ts'
import { ripen } from './look-again.ts'
import { passLanes } from './pass-lanes.ts'
import { activeWatches, type PassParts } from './pass-parts.ts'
import { recover, takeOver } from './recover.ts'
import { recallUnsettled, tellRestless } from './restless.ts'
import { farewellMs } from './run-once.ts'
import { askHowWatched, openRoots, type Root } from './roots.ts'

export type DaemonParts = PassParts & {
  readonly watcher: Watcher
  readonly hints: HintBook
  readonly supervisor: Supervisor
  readonly heartbeat: Heartbeat
  /** Reads the rules again where they changed. */
  readonly reload: () => Promise<void>
  /** Ends the wait of the loop. */
  readonly wake: { readonly until: (ms: Millis, signal: AbortSignal) => Promise<void>; readonly up: () => void }
}

/** An archive in trouble is tried again this often. */
const archiveRetryMs: Millis = minute
/** Rules and settings are looked at this often. */
const reloadEveryMs: Millis = 500

/** The same pass again and again, told by hints where to look and by the database what is due. */
export const serve = async (parts: DaemonParts, signal: AbortSignal): Promise<void> => {
  const roots = openRoots(parts.config.watches)
  const lanes = passLanes(parts, signal, parts.wake.up)
  const timers = { archives: 0, due: 0, stale: 0, others: 0, isToRecover: false }
  let trouble: string | null = null
  const beside = openBeside(parts.clock, parts.wake.up)
  await beside.run('recover', async () => {
    await recover(parts)
    timers.archives = 0
  })
  for (const root of roots) void askHowWatched(root, parts.watcher, parts).finally(parts.wake.up)
  parts.supervisor.ready()
  let isBegun = false
  while (!signal.aborted) {
    try {
      if (!isBegun) await begin(parts)
      isBegun = true
      if (trouble !== null && !parts.lease.isLost()) await parts.heartbeat.prove()
      await oneRound(parts, { roots, lanes, timers, beside, signal })
      if (trouble !== null) tellEnd(parts)
      trouble = null
    } catch (error) {
      trouble = await surviveFault(error, trouble, parts, { roots, signal })
    }
    await parts.wake.until(restMs(parts, roots, lanes, beside), signal)
  }
  parts.supervisor.stopping()
  await Promise.race([lanes.idle(), parts.clock.sleep(farewellMs)]).catch((error: unknown) => {
    if (!(error instanceof Fault)) throw error
    parts.log.write('ERROR', error.sentence)
  })
}

const begin = async (parts: DaemonParts): Promise<void> => {
  parts.supervisor.alive()
  await recallUnsettled(parts)
  await parts.heartbeat.begin()
}

type Round = {
  readonly roots: readonly Root[]
  readonly lanes: Lanes
  readonly timers: { archives: Millis; due: Millis; stale: Millis; others: Millis; isToRecover: boolean }
  /** What waits for a file system that is slow to answer holds up no round. */
  readonly beside: BesideLoop
  readonly signal: AbortSignal
}

const oneRound = async (parts: DaemonParts, { roots: all, lanes, timers, beside, signal }: Round): Promise<void> => {
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
  if (now >= timers.due) {
    timers.due = now + parts.config.service.pollIntervalMs
    tellRestless(parts)
    await reopenChanged(parts)
    await collectDue(parts)
  }
  lanes.pump()
  if (lanes.active === 0) await lanes.idle()
  await parts.heartbeat.beat(roots, lanes.active)
}

/** A new lease, once nothing is in hand that was begun under the old one; what that left in archives is ended first. */
const goOnAfterLoss = async (parts: DaemonParts, { lanes, beside, timers }: Pick<Round, 'lanes' | 'beside' | 'timers'>): Promise<boolean> => {
  if (lanes.active > 0 || beside.isBusy('recover')) return false
  await parts.lease.begin()
  if (parts.lease.isLost()) return false
  await beside.run('recover', () => recover(parts))
  timers.archives = 0
  return true
}

/** A root that becomes this process's to work on is looked at as a whole. */
const isActiveNow = (root: Root, { lease }: DaemonParts): boolean => {
  const isActive = lease.isActive(root.watch.name)
  if (isActive && !root.isActive) root.scanReason ??= 'it is this host\'s to work on now'
  root.isActive = isActive
  return isActive
}

/** What other hosts had in hand, and what is left of those that fell silent. */
const heedOthers = async (parts: DaemonParts, { roots, timers, beside }: Pick<Round, 'roots' | 'timers' | 'beside'>): Promise<void> => {
  await parts.claims.tend()
  const now = parts.clock.monotonic()
  if (parts.lease.fence() === null || now < timers.others || beside.isBusy('recover')) return
  timers.others = now + parts.config.service.leaseMs / 4
  await beside.run('recover', async () => {
    if (await takeOver(parts)) for (const root of roots) root.scanReason ??= 'another host fell silent'
  })
}

/** Until a hint, until something may have settled, or until the next thing to do. */
const restMs = (parts: DaemonParts, roots: readonly Root[], lanes: Lanes, beside: BesideLoop): Millis => {
  if (parts.hints.size > 0) return 0
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

/** Trouble of the database ends a batch, not the service: what was in hand is found again by a scan. It is told once.
 *  Nothing is archived any more until the database has taken a sign of life. Gives the trouble. */
const surviveFault = async (
  error: unknown, told: string | null, parts: DaemonParts, { roots, signal }: Pick<Round, 'roots' | 'signal'>,
): Promise<string> => {
  if (!(error instanceof Fault)) throw error
  if (error.sentence !== told) parts.log.write(error instanceof Fenced ? 'WARNING' : 'ERROR', error.sentence)
  parts.supervisor.status(error.sentence)
  for (const root of roots) root.scanReason = 'a batch could not be recorded'
  await parts.clock.sleep(Math.min(parts.config.service.pollIntervalMs, minute), signal)
  return error.sentence
}

const tellEnd = ({ log, supervisor }: DaemonParts): void => {
  const sentence = 'the database can be used again; the work goes on'
  log.write('WARNING', sentence)
  supervisor.status(sentence)
}
