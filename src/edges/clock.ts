import type { Clock } from '../world.ts'

/** The machine's clocks. The only place that asks what time it is. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const timer = setTimeout(done, Math.min(ms, longestTimer))
      function done() {
        clearTimeout(timer)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      signal?.addEventListener('abort', done, { once: true })
    }),
}

/** Timers beyond 2^31 ms fire at once. */
const longestTimer = 2 ** 31 - 1
