import { Fault, faultFromData } from '../domain/fault.ts'
import type { Millis } from '../domain/time.ts'
import {
  newBoard, type Answer, type Call, type Description, type FromPluginWorker, type ToPluginWorker,
} from '../plugin/messages.ts'
import { endThread } from './end-thread.ts'
import { pluginRoot, uncaughtLine } from './plugin-errors.ts'
import { memoryLimit, tooLarge, tooSlow } from './plugin-limits.ts'
import { watchBoard, watchMemory } from './plugin-watchdog.ts'

export type SessionOptions = {
  readonly directory: string
  readonly timeoutMs: Millis
  /** The program as a whole may use so much while plugins run; half of the machine's where nothing is given. */
  readonly memoryBytes?: number
  /** Takes what plugins print. */
  readonly print: (text: string) => void
}

/** A call that waits for its answer. */
export type Ask = { readonly call: Call; readonly settle: (answer: unknown) => void }

/** One thread with the plugins loaded, from its start to its end. */
export type Session = {
  readonly description: Description
  readonly send: (asks: readonly Ask[]) => void
  /** Ends the thread once everything it was asked is answered. */
  readonly retire: () => void
  /** Ends the thread now; what it was asked is answered with this fault. */
  readonly close: (fault: Fault) => void
}

/** How a thread died, and what it left. One of the suspects did it; the others had not begun, or had ended. */
export type Death = {
  readonly suspects: readonly Ask[]
  readonly others: readonly Ask[]
  /** Calls that it answered in its life. */
  readonly answered: number
  /** The fault for the call that did it; `what`: `extract of plugins/x.ts`. */
  readonly faultOf: (what: string) => Fault
}

/** Starts a thread and loads the plugins into it. Rejects with one Fault that has a line for everything that is wrong. */
export const startSession = (options: SessionOptions, onDeath: (session: Session, death: Death) => void) => {
  const { directory, timeoutMs, print, memoryBytes = memoryLimit() } = options
  const { promise, resolve, reject } = Promise.withResolvers<Session>()
  const worker = new Worker(new URL('./plugin-worker.ts', import.meta.url), { name: 'plugins' })
  const shared = newBoard()
  const board = new Int32Array(shared)
  const asked = new Map<number, Ask>()
  let session: Session | null = null
  let loading = 'the plugin worker'
  let answered = 0
  let thread: string | null = null
  let isOver = false
  let isRetired = false

  const tell = (message: ToPluginWorker) => worker.postMessage(message)

  /** `idle`: it is known to wait for messages, and not to hang anywhere. */
  const finish = (state: 'idle' | 'busy'): boolean => {
    const isFirst = !isOver
    isOver = true
    watch.stop()
    if (isFirst && state === 'idle') worker.terminate()
    else if (isFirst) endThread(worker, thread)
    return isFirst
  }

  const die = (faultOf: Death['faultOf']) => {
    if (!finish('busy')) return
    if (session === null) return reject(faultOf(loading))
    const running = new Set(board.subarray(1))
    const left = [...asked.values()]
    onDeath(session, {
      suspects: left.filter(({ call }) => running.has(call.id)),
      others: left.filter(({ call }) => !running.has(call.id)),
      answered,
      faultOf,
    })
  }

  const stillness = watchBoard(board, timeoutMs, () => die((what) => tooSlow(what, timeoutMs)))
  const memory = watchMemory(memoryBytes, () => die((what) => tooLarge(what, memoryBytes)))
  const watch = {
    start: () => [stillness, memory].forEach((one) => one.start()),
    stop: () => [stillness, memory].forEach((one) => one.stop()),
  }

  const settle = (answers: readonly Answer[]) => {
    for (const answer of answers) {
      const ask = asked.get(answer.id)
      asked.delete(answer.id)
      ask?.settle('fault' in answer ? faultFromData(answer.fault) : answer.value)
    }
    answered += answers.length
    if (asked.size === 0) watch.stop()
    if (asked.size === 0 && isRetired) finish('idle')
  }

  const open = (description: Description): Session => ({
    description,
    send(asks) {
      for (const ask of asks) asked.set(ask.call.id, ask)
      watch.start()
      tell({ is: 'calls', calls: asks.map(({ call }) => call) })
    },
    retire() {
      isRetired = true
      if (asked.size === 0) finish('idle')
    },
    close(fault) {
      if (finish(asked.size === 0 ? 'idle' : 'busy')) for (const ask of asked.values()) ask.settle(fault)
    },
  })

  const hear = (message: FromPluginWorker) => {
    if (message.is === 'started') {
      thread = message.thread
      watch.start()
      tell({ is: 'load', directory, timeoutMs, board: shared })
    } else if (message.is === 'loading') {
      loading = message.file
    } else if (message.is === 'refused') {
      if (finish('idle')) reject(new Fault(message.problems.join('\n')))
    } else if (message.is === 'loaded') {
      watch.stop()
      resolve((session = open(message.description)))
    } else if (message.is === 'answers') {
      settle(message.answers)
    } else {
      print(message.text)
    }
  }

  worker.addEventListener('message', ({ data }: MessageEvent<FromPluginWorker>) => {
    if (!isOver) hear(data)
  })
  worker.addEventListener('error', ({ message }) => {
    const reason = uncaughtLine(pluginRoot(directory), message)
    die((what) => new Fault(`${what} threw where nothing waits for it: ${reason}`, { remedy: 'mend the plugin' }))
  })
  worker.addEventListener('close', (event) =>
    die((what) => new Fault(`${what} ended the plugin worker with exit code ${'code' in event ? event.code : '?'}`, {
      remedy: 'plugins must not call process.exit',
    })))
  return promise
}
