import type { FaultData } from '../domain/fault.ts'
import type { Millis } from '../domain/time.ts'
import type { ExportIndex } from './exports.ts'

/** One call of one plugin function. `extract` has its answer checked against the columns. */
export type Call = {
  readonly id: number
  readonly kind: 'function' | 'extract'
  readonly module: string
  readonly name: string
  readonly args: readonly unknown[]
}

export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly fault: FaultData }

/** What was loaded. */
export type Description = ExportIndex & {
  /** Hex digest of every file that was loaded: the plugins and what they import. */
  readonly digest: string
  /** Those files, absolute. */
  readonly files: readonly string[]
}

export type ToPluginWorker =
  | {
      readonly is: 'load'
      readonly directory: string
      readonly timeoutMs: Millis
      readonly board: SharedArrayBuffer
    }
  | { readonly is: 'calls'; readonly calls: readonly Call[] }

export type FromPluginWorker =
  /** `thread`: what `/proc/thread-self` leads to in it. */
  | { readonly is: 'started'; readonly thread: string | null }
  /** Said before it is tried, so that it is known what the worker died of. */
  | { readonly is: 'loading'; readonly file: string }
  | { readonly is: 'loaded'; readonly description: Description }
  | { readonly is: 'refused'; readonly problems: readonly string[] }
  | { readonly is: 'answers'; readonly answers: readonly Answer[] }
  /** What a plugin printed. */
  | { readonly is: 'printed'; readonly text: string }

/** How many calls run at a time. */
export const callSlots = 32

/** What the worker shows while it can't speak: a number that grows whenever anything moves in it, and the id of
 *  the call in each slot (0: none). */
export const newBoard = (): SharedArrayBuffer => new SharedArrayBuffer(4 * (1 + callSlots))
