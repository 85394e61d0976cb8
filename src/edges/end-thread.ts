import { readFileSync } from 'node:fs'

/** Ends a thread as soon as that can be done without waiting: `terminate` waits for the thread, and one that hangs in a
 *  call on a dead mount would take the caller with it. It is left alone then, and ended when it speaks again. */
export const endWhenItSpeaks = (worker: Worker): void => {
  worker.onmessage = () => worker.terminate()
  worker.unref()
}

/** Looks this far apart at a thread that may be computing without end. */
const lookEveryMs = 20
const looksInARow = 5

/** Ends a thread that computes without end, at once; one that hangs in a system call when it speaks again.
 *  `thread`: what `/proc/thread-self` leads to in that thread; null: not known. */
export const endThread = (worker: Worker, thread: string | null): void => {
  endWhenItSpeaks(worker)
  let running = 0
  const timer = setInterval(() => {
    const state = stateOf(thread)
    running = state === 'R' ? running + 1 : 0
    if (running < looksInARow && state !== 'gone') return
    clearInterval(timer)
    worker.terminate()
  }, lookEveryMs)
  timer.unref()
  setTimeout(() => clearInterval(timer), lookEveryMs * 500).unref()
}

/** `R`: it computes; `gone`: there is no such thread any more. */
const stateOf = (thread: string | null): string => {
  if (thread === null) return ''
  try {
    return /\) (\w)/.exec(readFileSync(`/proc/${thread}/stat`, 'latin1'))?.[1] ?? ''
  } catch {
    return 'gone'
  }
}
