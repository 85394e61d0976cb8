import type { Watch } from '../config/config.ts'
import { Fault } from '../domain/fault.ts'
import { minute, type Millis } from '../domain/time.ts'
import type { Watcher, WatchState } from '../world.ts'
import type { LookEnd } from './look.ts'
import type { Parts } from './parts.ts'

/** Local file systems are scanned this often whatever `reconcile_interval` says. */
const longestScanInterval: Millis = 10 * minute

/** One delivery directory as the daemon sees it. */
export type Root = {
  readonly watch: Watch
  state: WatchState | Fault
  /** Why it is to be scanned now; null: when `nextScanAt` comes. */
  scanReason: string | null
  nextScanAt: Millis
  /** Settled files that a scan found and no hint announced, in the last scan. */
  missedHints: number
  /** Its events cannot be trusted: it is scanned like a network one. */
  isBlind: boolean
  scans: number
  lastEnd: LookEnd | null
}

export const openRoots = (watches: readonly Watch[]): readonly Root[] =>
  watches.map((watch) => ({
    watch, state: new Fault('not watched yet'), scanReason: 'the service starts', nextScanAt: 0, missedHints: 0,
    isBlind: false, scans: 0, lastEnd: null,
  }))

/** Begins to watch every root; one that cannot be watched waits, and stops only itself. */
export const watchRoots = (roots: readonly Root[], watcher: Watcher, { log }: Pick<Parts, 'log'>): void => {
  for (const root of roots) {
    const { name, path, recursive } = root.watch
    watcher.watch({ name, path, recursive }).then(
      (state) => {
        root.state = state
        log.write('INFO', `watch ${name}: ${state.backend}, ${state.reason}`)
      },
      (error: unknown) => {
        if (!(error instanceof Fault)) throw error
        root.state = error
        log.write('WARNING', `watch ${name}: ${error.sentence}`)
      },
    )
  }
}

/** When a root that was just scanned is to be scanned again. */
export const scanInterval = (root: Root, { config }: Pick<Parts, 'config'>): Millis => {
  const { scanIntervalMs, reconcileIntervalMs } = config.service
  const polled = root.state instanceof Fault || root.state.backend === 'poll' || root.isBlind
  return polled ? scanIntervalMs : Math.min(reconcileIntervalMs, longestScanInterval)
}

/** Counts what a scan found that no hint had told of; twice running, and the root counts as blind. */
export const judgeHints = (root: Root, missed: number, { log }: Pick<Parts, 'log'>): void => {
  const before = root.missedHints
  root.missedHints = missed
  if (missed > 0 && before > 0 && !root.isBlind) {
    root.isBlind = true
    log.write('WARNING', `watch ${root.watch.name}: ${missed} files came without an event, twice running: it is scanned instead`)
  } else if (missed === 0 && before === 0 && root.isBlind && root.scans % 60 === 0) root.isBlind = false
}
