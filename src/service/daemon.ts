import { Fault } from '../domain/fault.ts'
import { minute, type Millis } from '../domain/time.ts'
import { requeueStale } from '../store/requeue-stale.ts'
import type { Supervisor, Watcher } from '../world.ts'
import { openBeside, type BesideLoop } from './beside.ts'
import { followHints } from './follow-hints.ts'
import type { Heartbeat } from './heartbeat.ts'
import type { HintBook } from './hint-book.ts'
import { lookAtWatch } from './look.ts'
import type { Lanes } from './lanes.ts'
import { collectDue, passLanes, reopenChanged, ripen, type PassParts } from './pass.ts'
import { recover } from './recover.ts'
import { farewellMs } from './run-once.ts'
import { judgeHints, openRoots, scanInterval, watchRoots, type Root } from './roots.ts'

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
  const timers = { archives: 0, due: 0, stale: 0 }
  const beside = openBeside(parts.clock, parts.wake.up)
  await beside.run('recover', async () => {
    await recover(parts)
    timers.archives = 0
  })
  watchRoots(roots, parts.watcher, parts)
  parts.supervisor.ready()
  await parts.heartbeat.begin()
  while (!signal.aborted) {
    try {
      await oneRound(parts, { roots, lanes, timers, beside, signal })
    } catch (error) {
      await surviveFault(error, parts, roots, signal)
    }
    await parts.wake.until(restMs(parts, roots, lanes, beside), signal)
  }
  parts.supervisor.stopping()
  await Promise.race([lanes.idle(), parts.clock.sleep(farewellMs)])
}

type Round = {
  readonly roots: readonly Root[]
  readonly lanes: Lanes
  readonly timers: { archives: Millis; due: Millis; stale: Millis }
  /** What waits for a file system that is slow to answer holds up no round. */
  readonly beside: BesideLoop
  readonly signal: AbortSignal
}

const oneRound = async (parts: DaemonParts, { roots, lanes, timers, beside, signal }: Round): Promise<void> => {
  const now = parts.clock.monotonic()
  parts.supervisor.alive()
  await parts.reload()
  await takeHints(parts, { roots, lanes, beside, signal })
  await ripen(parts, beside)
  scanSoonAfterOverflow(parts, roots)
  lanes.pump()
  await scanDue(parts, { roots, lanes, beside, signal })
  if (now >= timers.archives) {
    timers.archives = now + archiveRetryMs
    await beside.run('archives', () => parts.archives.retry())
  }
  if (now >= timers.stale) {
    timers.stale = now + parts.config.service.reconcileIntervalMs
    await requeueStale(parts.sql, parts.config.watches.map((one) => one.name), {
      now: parts.clock.now(), staleMs: parts.config.service.staleThresholdMs,
    })
  }
  if (now >= timers.due) {
    timers.due = now + parts.config.service.pollIntervalMs
    await reopenChanged(parts)
    await collectDue(parts)
  }
  lanes.pump()
  if (lanes.active === 0) await lanes.idle()
  await parts.heartbeat.beat(roots, lanes.active)
}

/** What the settling table had no room for is found by a scan, once some of it has settled. */
const scanSoonAfterOverflow = ({ settling, clock, config }: DaemonParts, roots: readonly Root[]): void => {
  if (!settling.takeOverflow()) return
  const soon = clock.monotonic() + config.service.scanIntervalMs
  for (const root of roots) root.nextScanAt = Math.min(root.nextScanAt, soon)
}

type Looking = Pick<Round, 'roots' | 'lanes' | 'beside' | 'signal'>

const takeHints = async (parts: DaemonParts, { roots, lanes, beside, signal }: Looking): Promise<void> => {
  for (const [name, { paths, directories, scan }] of parts.hints.take()) {
    const root = roots.find((one) => one.watch.name === name)
    if (root === undefined) continue
    if (scan !== null) root.scanReason = scan
    const isFollowed = await beside.run(`hints ${name}`, async () => {
      await followHints(root.watch, paths, parts)
      if (scan !== null) return
      for (const directory of directories) {
        if (root.watch.recursive) await lookAtWatch(root.watch, parts, { lanes, signal, from: directory })
      }
    })
    if (!isFollowed) root.scanReason = 'it was slow to answer, and hints were left out'
  }
}

/** One root a round, the longest waiting first, so that hints are not kept waiting behind many scans. */
const scanDue = async (parts: DaemonParts, { roots, lanes, beside, signal }: Looking): Promise<void> => {
  const now = parts.clock.monotonic()
  const due = roots.filter((one) => isScanDue(one, now, beside))
  const root = due.toSorted((a, b) => a.nextScanAt - b.nextScanAt)[0]
  if (root !== undefined) await beside.run(scanOf(root), () => scanRoot(root, parts, lanes, signal))
}

const scanOf = (root: Root): string => `scan ${root.watch.name}`

/** One scan of a root at a time. */
const isScanDue = (root: Root, now: Millis, beside: BesideLoop): boolean =>
  (root.scanReason !== null || now >= root.nextScanAt) && !beside.isBusy(scanOf(root))

const scanRoot = async (root: Root, parts: DaemonParts, lanes: Lanes, signal: AbortSignal): Promise<void> => {
  const reason = root.scanReason
  root.scanReason = null
  if (reason !== null) parts.log.write('INFO', `watch ${root.watch.name}: scanned, since ${reason}`)
  const end = await lookAtWatch(root.watch, parts, { lanes, signal })
  root.scans += 1
  if (end.fault !== null && !signal.aborted && end.fault.sentence !== root.lastEnd?.fault?.sentence) {
    parts.log.write('WARNING', `watch ${root.watch.name}: ${end.fault.sentence}`)
  }
  root.lastEnd = end
  root.nextScanAt = parts.clock.monotonic() + scanInterval(root, parts)
  if (reason === null && end.fault === null) judgeHints(root, end.unannounced, parts)
}

/** Until a hint, until something may have settled, or until the next thing to do. */
const restMs = (parts: DaemonParts, roots: readonly Root[], lanes: Lanes, beside: BesideLoop): Millis => {
  if (parts.hints.size > 0) return 0
  const now = parts.clock.monotonic()
  if (roots.some((one) => isScanDue(one, now, beside))) return 0
  const waits = [reloadEveryMs, ...roots.filter((one) => !beside.isBusy(scanOf(one))).map((one) => one.nextScanAt - now)]
  const nextAt = parts.settling.nextAt()
  if (nextAt !== null) waits.push(nextAt - now)
  if (parts.candidates.size > 0 && lanes.active === 0) waits.push(0)
  return Math.max(0, Math.min(...waits))
}

/** Trouble of the database ends a batch, not the service: what was in hand is found again by a scan. */
const surviveFault = async (
  error: unknown, parts: DaemonParts, roots: readonly Root[], signal: AbortSignal,
): Promise<void> => {
  if (!(error instanceof Fault)) throw error
  parts.log.write('ERROR', error.sentence)
  parts.supervisor.status(error.sentence)
  for (const root of roots) root.scanReason = 'a batch could not be recorded'
  await parts.clock.sleep(parts.config.service.pollIntervalMs, signal)
}
