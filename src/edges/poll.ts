import type { Millis } from '../domain/time.ts'
import type { Hint, Watcher } from '../world.ts'

export type PollOptions = { readonly onHint: (hint: Hint) => void; readonly intervalMs: Millis }

/** A timer with more fires at once. */
const longestTimerMs: Millis = 2 ** 31 - 1

/** Watches nothing: says of each root that it is to be scanned, every `intervalMs`. It looks at no root, so
 *  one that is missing is refused by nobody. */
export const openPoll = ({ onHint, intervalMs }: PollOptions): Watcher => {
  const timers = new Map<string, Timer>()
  const reason = pollReason(intervalMs)
  const unwatch = async (name: string): Promise<void> => {
    clearInterval(timers.get(name))
    timers.delete(name)
  }
  return {
    watch: async ({ name }) => {
      const tick = (): void => onHint({ is: 'root', root: name, reason, lost: false, routine: true })
      if (!timers.has(name)) timers.set(name, setInterval(tick, Math.min(intervalMs, longestTimerMs)))
      return { backend: 'poll', reason }
    },
    unwatch,
    close: async () => void (await Promise.all([...timers.keys()].map(unwatch))),
  }
}

/** `scanned every 10 s` */
export const pollReason = (intervalMs: Millis): string => `scanned every ${intervalMs / 1000} s`
