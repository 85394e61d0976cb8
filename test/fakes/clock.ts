import type { Instant, Millis } from '../../src/domain/time.ts'
import type { Clock } from '../../src/world.ts'

/** When every fake clock begins. */
export const startOfTime: Instant = Date.UTC(2026, 10, 21, 10)

/** A clock that moves by hand. Sleeps end when time has come to where they end. */
export type FakeClock = Clock & {
  /** Moves time on, and on its way wakes whoever sleeps, in order; what they do then is done before time goes on. */
  advance(ms: Millis): Promise<void>
  /** Lets time run from sleep to sleep until this work ends. */
  through<T>(work: Promise<T>): Promise<T>
  /** How many sleep. */
  readonly sleepers: number
}

/** Whoever wakes more often than this without an end in sight does nothing but spin. */
const spinLimit = 20_000

export const fakeClock = (begin: Instant = startOfTime): FakeClock => {
  let passed: Millis = 0
  const sleepers = new Set<{ readonly at: Millis; readonly wake: () => void }>()
  const next = () => [...sleepers].toSorted((a, b) => a.at - b.at)[0]
  const wakeNext = (until: Millis): boolean => {
    const sleeper = next()
    if (sleeper === undefined || sleeper.at > until) return false
    passed = Math.max(passed, sleeper.at)
    sleeper.wake()
    return true
  }
  return {
    now: () => begin + passed,
    monotonic: () => passed,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        const wake = () => {
          sleepers.delete(sleeper)
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        const sleeper = { at: passed + Math.max(ms, 0), wake }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', wake, { once: true })
      }),
    advance: async (ms) => {
      const until = passed + ms
      await quiet()
      for (let turns = 0; wakeNext(until); turns += 1) {
        if (turns > spinLimit) throw new Error('somebody spins: time does not get on')
        await quiet()
      }
      passed = until
      await quiet()
    },
    through: async (work) => {
      let isOver = false
      const end = work.finally(() => {
        isOver = true
      })
      end.catch(() => undefined)
      await quiet()
      for (let turns = 0; !isOver; turns += 1) {
        if (turns > spinLimit) throw new Error('somebody spins: the work does not end')
        wakeNext(Infinity)
        await quiet()
      }
      return end
    },
    get sleepers() {
      return sleepers.size
    },
  }
}

/** Until everything that can go on without time has gone on. */
const quiet = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
