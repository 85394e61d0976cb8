import type { Millis } from '../domain/time.ts'
import type { Supervisor, Watcher } from '../world.ts'
import type { BesideLoop } from './beside.ts'
import type { DuePages } from './due-pages.ts'
import type { Heartbeat } from './heartbeat.ts'
import type { HintBook } from './hint-book.ts'
import type { Lanes } from './lanes.ts'
import type { PassParts } from './pass-parts.ts'
import type { Root } from './roots.ts'

/** Everything that the loop of a service works with. */
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

/** What goes on from one round of the loop to the next. */
export type Round = {
  readonly roots: readonly Root[]
  readonly lanes: Lanes
  readonly timers: { archives: Millis; stale: Millis; others: Millis; isToRecover: boolean }
  readonly due: DuePages
  /** What waits for a file system that is slow to answer holds up no round. */
  readonly beside: BesideLoop
  readonly signal: AbortSignal
}
