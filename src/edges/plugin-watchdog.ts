import type { Millis } from '../domain/time.ts'
import { memoryLookMs, pulseMs } from './plugin-limits.ts'

export type Watchdog = { readonly start: () => void; readonly stop: () => void }

/** Calls back when the board stands still for longer than the time limit: the thread can't even tell the time. Counts
 *  looks rather than hours, so that a pause of the whole program is nobody's fault. */
export const watchBoard = (board: Int32Array, timeoutMs: Millis, onStill: () => void): Watchdog => {
  const everyMs = pulseMs(timeoutMs)
  let timer: Timer | null = null
  let last = 0
  let still = 0
  const look = () => {
    const now = Atomics.load(board, 0)
    still = now === last ? still + 1 : 0
    last = now
    if (still * everyMs > timeoutMs + 2 * everyMs) onStill()
  }
  return {
    start() {
      still = 0
      timer ??= setInterval(look, everyMs)
    },
    stop() {
      if (timer !== null) clearInterval(timer)
      timer = null
    },
  }
}

/** Calls back when the program uses more memory than that. */
export const watchMemory = (limitBytes: number, onTooMuch: () => void): Watchdog => {
  let timer: Timer | null = null
  const look = () => {
    if (process.memoryUsage.rss() > limitBytes) onTooMuch()
  }
  return {
    start() {
      timer ??= setInterval(look, memoryLookMs)
    },
    stop() {
      if (timer !== null) clearInterval(timer)
      timer = null
    },
  }
}
