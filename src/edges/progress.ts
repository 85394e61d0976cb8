import type { Millis } from '../domain/time.ts'
import type { Clock } from '../world.ts'

/** A bar on the terminal. */
export type Progress = { update(done: number, total: number): void; stop(): void }

/** Work that is over sooner shows no bar. */
const patienceMs: Millis = 1000

/** Shows on stderr how much is done, from the first second on; nothing where that is no terminal. */
export const openProgress = async (what: string, clock: Pick<Clock, 'monotonic'>, isTerminal: boolean): Promise<Progress> => {
  if (!isTerminal || process.stderr.isTTY !== true) return { update: () => undefined, stop: () => undefined }
  const { SingleBar } = await import('cli-progress')
  const bar = new SingleBar({
    format: `${what} {bar} {percentage}% {value}/{total}`, stream: process.stderr, hideCursor: true, clearOnComplete: true,
  })
  const since = clock.monotonic()
  let isShown = false
  return {
    update: (done, total) => {
      if (!isShown && clock.monotonic() - since < patienceMs) return
      if (!isShown) bar.start(total, done)
      isShown = true
      bar.setTotal(total)
      bar.update(done)
    },
    stop: () => {
      if (isShown) bar.stop()
    },
  }
}
