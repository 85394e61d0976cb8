import type { Millis } from '../domain/time.ts'
import type { Clock } from '../world.ts'

/** Work of a loop that may have to wait for a file system. */
export type BesideLoop = {
  /** Waits for the work for a short while; what takes longer goes on beside the loop. False, and nothing is begun, where
   *  work of this name is still on its way. What went wrong beside is thrown at the next call of any name. */
  run(name: string, work: () => Promise<unknown>): Promise<boolean>
  isBusy(name: string): boolean
}

/** How long a loop waits for one piece of work. */
const patienceMs: Millis = 2000

export const openBeside = (clock: Pick<Clock, 'sleep'>, onEnd: () => void): BesideLoop => {
  const running = new Map<string, Promise<unknown>>()
  const failures: unknown[] = []
  const raise = (): void => {
    if (failures.length > 0) throw failures.splice(0)[0]
  }
  return {
    isBusy: (name) => running.has(name),
    run: async (name, work) => {
      raise()
      if (running.has(name)) return false
      const own = work()
        .catch((error: unknown) => void failures.push(error))
        .finally(() => {
          running.delete(name)
          onEnd()
        })
      running.set(name, own)
      const enough = new AbortController()
      await Promise.race([own, clock.sleep(patienceMs, enough.signal)])
      enough.abort()
      raise()
      return true
    },
  }
}
