import type { Watch } from '../config/config.ts'
import { Fault } from '../domain/fault.ts'
import type { Path } from '../domain/path.ts'
import { minute, type Millis } from '../domain/time.ts'
import type { Watcher, WatchState } from '../world.ts'
import type { ScanReason } from './hint-book.ts'
import type { LookEnd } from './look.ts'
import type { Parts } from './parts.ts'

/** Local file systems are scanned this often whatever `reconcile_interval` says. */
export const longestScanInterval: Millis = 10 * minute

/** One delivery directory as the daemon sees it. */
export type Root = {
  readonly watch: Watch
  /** It is this process's to work on. */
  isActive: boolean
  state: WatchState | Fault
  /** The watcher was not heard yet: what is scanned before it watches would have to be scanned again. */
  isBeginning: boolean
  /** Why it is to be scanned now; null: when `nextScanAt` comes. */
  scanReason: ScanReason | null
  nextScanAt: Millis
  /** Settled files that a scan found and no hint announced, in the last scan. */
  missedHints: number
  /** Files that hints told of since the last scan. */
  heardHints: number
  /** How many scans running missed nothing while hints told of files. */
  provedScans: number
  /** Why its events are not trusted: it is scanned like a network one. Null where they are. */
  blindness: string | null
  /** Directories that could not be read, to be looked into again soon. */
  readonly unreadable: Set<Path>
  nextVisitAt: Millis
  visitPauseMs: Millis
  lastEnd: LookEnd | null
}

export const openRoots = (watches: readonly Watch[]): readonly Root[] =>
  watches.map((watch) => ({
    watch, isActive: true, state: new Fault('not watched yet'), isBeginning: true,
    scanReason: { why: 'the service starts' }, nextScanAt: 0, missedHints: 0, heardHints: 0, provedScans: 0,
    blindness: null, unreadable: new Set(), nextVisitAt: 0, visitPauseMs: 0, lastEnd: null,
  }))

/** Begins to watch a root, or asks how it is watched now; either lets the watcher try for something better. A root
 *  that cannot be watched waits, and stops only itself. What comes of it after the signal to stop is no news. */
export const askHowWatched = async (
  root: Root, watcher: Watcher, { log, signal }: Pick<Parts, 'log'> & { readonly signal: AbortSignal },
): Promise<void> => {
  const { name, path, recursive, canary } = root.watch
  const state = await watcher.watch({ name, path, recursive, canary }).catch((error: unknown) => {
    if (error instanceof Fault) return error
    throw error
  })
  if (signal.aborted) return
  const before = root.state
  root.state = state
  root.isBeginning = false
  if (shown(before) === shown(state)) return
  log.write(state instanceof Fault ? 'WARNING' : 'INFO', `watch ${name}: ${shown(state)}`)
  const wasPolled = !(before instanceof Fault) && !sendsEvents(before)
  if (wasPolled && sendsEvents(state)) root.scanReason ??= { why: 'its events are listened to from now on' }
}

const shown = (state: WatchState | Fault): string =>
  state instanceof Fault ? state.sentence : `${state.backend}, ${state.reason}`

const sendsEvents = (state: WatchState | Fault): boolean => !(state instanceof Fault) && state.backend !== 'poll'

/** How a root is watched, and why, with what this service found out about its events. */
export const howWatched = ({ state, blindness }: Root): { backend: WatchState['backend'] | null; reason: string } => {
  if (state instanceof Fault) return { backend: null, reason: state.sentence }
  return { backend: state.backend, reason: blindness === null ? state.reason : `${state.reason}; ${blindness}` }
}

/** When a root that was just scanned is to be scanned again. One that could not be read is tried again soon. */
export const scanInterval = (root: Root, { config }: Pick<Parts, 'config'>): Millis => {
  const { scanIntervalMs, reconcileIntervalMs } = config.service
  const isPolled = !sendsEvents(root.state) || root.blindness !== null || (root.lastEnd?.fault ?? null) !== null
  return isPolled ? scanIntervalMs : Math.min(reconcileIntervalMs, longestScanInterval)
}

/** Counts what a scan found that no hint had told of; twice running, and the root counts as blind, until twice running
 *  hints told of files and a scan found no others. A root where nothing happens proves nothing. */
export const judgeHints = (root: Root, missed: number, { log, config }: Pick<Parts, 'log' | 'config'>): void => {
  const [before, { name }] = [root.missedHints, root.watch]
  root.missedHints = missed
  if (missed > 0) root.provedScans = 0
  else if (root.heardHints > 0) root.provedScans += 1
  root.heardHints = 0
  if (root.blindness === null && missed > 0 && before > 0) {
    root.blindness = `${missed} files came without an event, twice running: ` +
      `scanned every ${config.service.scanIntervalMs / 1000} s instead`
    log.write('WARNING', `watch ${name}: ${root.blindness}`)
  } else if (root.blindness !== null && root.provedScans >= 2) {
    root.blindness = null
    log.write('INFO', `watch ${name}: events tell of its files again`)
  }
}
