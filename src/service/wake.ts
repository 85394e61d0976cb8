import type { Millis } from '../domain/time.ts'
import type { Clock } from '../world.ts'

/** The rest of a loop, which something may end early. A call to `up` while nobody rests ends the next rest. */
export type Wake = {
  until(ms: Millis, signal: AbortSignal): Promise<void>
  up(): void
}

export const openWake = (clock: Pick<Clock, 'sleep'>): Wake => {
  let isUp = false
  let rest: AbortController | null = null
  return {
    until: async (ms, signal) => {
      if (isUp || signal.aborted) {
        isUp = false
        return
      }
      rest = new AbortController()
      await clock.sleep(ms, AbortSignal.any([rest.signal, signal]))
      rest = null
      isUp = false
    },
    up: () => {
      isUp = true
      rest?.abort()
    },
  }
}
