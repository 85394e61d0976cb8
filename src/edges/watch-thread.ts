import { Fault, faultFromData } from '../domain/fault.ts'
import type { Millis } from '../domain/time.ts'
import type { Hint, WatchRoot } from '../world.ts'
import { endWhenItSpeaks } from './end-thread.ts'
import type { FromWatchThread, ToWatchThread } from './watch-messages.ts'

export type WatchThreadOptions = {
  readonly checkMs: Millis
  /** A thread that says nothing for so long is held up by a file system. */
  readonly silenceMs: Millis
  readonly onHint: (hint: Hint) => void
  /** It ended, or was given up: it watches nothing any more. Not called after `end`. */
  readonly onDeath: (reason: string) => void
}

type Pending = { readonly resolve: (answer: FromWatchThread) => void; readonly reject: (fault: Fault) => void }
type Request = Extract<ToWatchThread, { request: number }>

/** How long a thread may take to close what it holds, and then to end. */
const goodbyeMs: Millis = 2000
/** Silence is counted in turns of our own loop, so that our being busy does not count against the thread. */
const silentTurnsAllowed = 4

/** The main thread's end of a thread that watches. */
export class WatchThread {
  readonly #worker: Worker
  readonly #options: WatchThreadOptions
  readonly #pending = new Map<number, Pending>()
  readonly #listening: Timer
  readonly #ended: Promise<void>
  #requests = 0
  #silentTurns = 0
  #isOver = false

  constructor(worker: Worker, options: WatchThreadOptions) {
    this.#worker = worker
    this.#options = options
    this.#ended = new Promise((resolve) => worker.addEventListener('close', () => resolve()))
    void this.#ended.then(() => this.#die('it ended by itself'))
    worker.onmessage = ({ data }: MessageEvent<FromWatchThread>) => this.#hear(data)
    worker.onerror = ({ message }) => this.#die(message)
    this.#listening = setInterval(() => this.#listen(), options.silenceMs / silentTurnsAllowed)
    this.#say({ is: 'begin', checkMs: options.checkMs, aliveMs: options.silenceMs / (2 * silentTurnsAllowed) })
  }

  /** Why part of the root is not watched; null where all of it is. Rejects with a Fault where it can't be
   *  watched now, which is tried again all the same. */
  async watch(root: WatchRoot): Promise<string | null> {
    const answer = await this.#ask((request) => ({ is: 'watch', request, root }))
    if (answer.is === 'refused') throw faultFromData(answer.fault)
    return answer.is === 'watched' ? answer.lack : null
  }

  async unwatch(name: string): Promise<void> {
    await this.#ask((request) => ({ is: 'unwatch', request, name }))
  }

  /** Lets the thread close what it holds, then ends it; a thread that is held up is ended all the same. */
  async end(): Promise<void> {
    if (this.#isOver) return
    const closing = this.#ask((request) => ({ is: 'close', request })).catch(() => {})
    const isAnswered = await within(closing, goodbyeMs)
    this.#finish('it was closed', !isAnswered)
    await within(this.#ended, goodbyeMs)
  }

  #hear(message: FromWatchThread): void {
    this.#silentTurns = 0
    if (message.is === 'alive' || this.#isOver) return
    if (message.is === 'hints') {
      for (const hint of message.hints) this.#options.onHint(hint)
      return this.#say({ is: 'taken' })
    }
    this.#pending.get(message.request)?.resolve(message)
    this.#pending.delete(message.request)
  }

  #ask(request: (number: number) => Request): Promise<FromWatchThread> {
    if (this.#isOver) return Promise.reject(new Fault('the thread that watches has ended'))
    const number = ++this.#requests
    const { promise, resolve, reject } = Promise.withResolvers<FromWatchThread>()
    this.#pending.set(number, { resolve, reject })
    this.#say(request(number))
    return promise
  }

  #say(message: ToWatchThread): void {
    this.#worker.postMessage(message)
  }

  #listen(): void {
    if (++this.#silentTurns > silentTurnsAllowed) this.#die('a file system does not answer it', true)
  }

  #die(reason: string, isHung = false): void {
    if (this.#isOver) return
    this.#finish(reason, isHung)
    this.#options.onDeath(reason)
  }

  #finish(reason: string, isHung: boolean): void {
    this.#isOver = true
    clearInterval(this.#listening)
    if (isHung) endWhenItSpeaks(this.#worker)
    else this.#worker.terminate()
    const fault = new Fault(`the thread that watches is no more: ${reason}`)
    for (const { reject } of this.#pending.values()) reject(fault)
    this.#pending.clear()
  }
}

/** Waits for the work, but no longer than `limitMs`; whether it ended. */
const within = async (work: Promise<unknown>, limitMs: Millis): Promise<boolean> => {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => resolve(false), limitMs)
  const isEnded = await Promise.race([work.then(() => true), promise])
  clearTimeout(timer)
  return isEnded
}
