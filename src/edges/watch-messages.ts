import type { FaultData } from '../domain/fault.ts'
import type { Millis } from '../domain/time.ts'
import type { Hint, WatchRoot } from '../world.ts'

/** What the main thread says to the thread that watches. Requests bear a number, which the answer repeats. */
export type ToWatchThread =
  /** Said once, first. */
  | { readonly is: 'begin'; readonly checkMs: Millis; readonly aliveMs: Millis }
  | { readonly is: 'watch'; readonly request: number; readonly root: WatchRoot }
  | { readonly is: 'unwatch'; readonly request: number; readonly name: string }
  /** The last hints were taken: more may come. */
  | { readonly is: 'taken' }
  /** Ends everything; the answer is the last word. */
  | { readonly is: 'close'; readonly request: number }

export type FromWatchThread =
  /** `lack`: why part of the root is not watched. */
  | { readonly is: 'watched'; readonly request: number; readonly lack: string | null }
  | { readonly is: 'refused'; readonly request: number; readonly fault: FaultData }
  | { readonly is: 'done'; readonly request: number }
  | { readonly is: 'hints'; readonly hints: readonly Hint[] }
  /** Said every `aliveMs`: no file-system call holds the thread up. */
  | { readonly is: 'alive' }
