import { Fault } from '../domain/fault.ts'
import type { Millis } from '../domain/time.ts'
import type { Destination, Files } from '../world.ts'
import type { OpenArchive } from './archive/layout.ts'
import type { Run } from './archive/local-directory.ts'
import type { Answer, Request } from './file-worker.ts'
import { unpack } from './wire.ts'

/** The threads that touch delivery and archive trees. A call that does not answer in time costs its worker, which is
 *  written off and replaced, and never the loop: it cannot be taken back from a dead mount. */
export type WorkerPool = {
  readonly files: Files
  destination(name: string): Destination
  close(): Promise<void>
}

type Options = {
  readonly workers: number
  readonly archives: readonly OpenArchive[]
  readonly run: Run
  readonly timeoutMs: Millis
}

type Call = { readonly pinned: boolean; readonly request: Request; readonly done: (answer: unknown) => void; readonly failed: (error: unknown) => void }
type Seat = { worker: Worker; busy: Call | null; timer: Timer | null; readonly name: string }

/** Calls that belong together, and so to one worker. */
const pinnedVerbs: ReadonlySet<string> = new Set(['recover', 'resolve'])

/** What delivery trees are called among the targets of a worker. */
const delivery = ''

export const openWorkerPool = ({ workers, archives, run, timeoutMs }: Options): WorkerPool => {
  const waiting: Call[] = []
  const seats: Seat[] = []
  let count = 0
  let spawned = 0

  const spawn = (): Seat => {
    const worker = new Worker(new URL('./file-worker.ts', import.meta.url))
    const seat: Seat = { worker, busy: null, timer: null, name: `${run.name}-${(spawned += 1)}` }
    worker.onmessage = ({ data }: MessageEvent<Answer>) => finish(seat, data)
    worker.onerror = (event) => lose(seat, new Error(`a file worker died: ${event.message}`))
    worker.postMessage({ archives, run: { ...run, name: seat.name } })
    return seat
  }

  const next = () => {
    for (const [index, seat] of seats.entries()) {
      if (seat.busy !== null) continue
      const at = waiting.findIndex((one) => index === 0 || !one.pinned)
      const [call] = at < 0 ? [] : waiting.splice(at, 1)
      if (call === undefined) continue
      seat.busy = call
      seat.timer = setTimeout(() => lose(seat, unresponsive(call)), timeoutMs)
      seat.worker.postMessage(call.request)
    }
  }

  const finish = (seat: Seat, { id, value, hasFaults, bug }: Answer) => {
    const call = seat.busy
    if (call === null || call.request.id !== id) return
    if (seat.timer !== null) clearTimeout(seat.timer)
    seat.busy = null
    if (bug === undefined) call.done(hasFaults ? unpack(value) : value)
    else call.failed(new Error(bug))
    next()
  }

  const lose = (seat: Seat, error: Error) => {
    const call = seat.busy
    if (seat.timer !== null) clearTimeout(seat.timer)
    seat.busy = null
    seat.worker.terminate()
    const at = seats.indexOf(seat)
    if (at >= 0) seats[at] = spawn()
    call?.failed(error)
    next()
  }

  const ask = (target: string, verb: string, parts: unknown[]): Promise<unknown> =>
    new Promise((done, failed) => {
      waiting.push({ pinned: pinnedVerbs.has(verb), request: { id: (count += 1), target, verb, parts }, done, failed })
      next()
    })

  for (let index = 0; index < workers; index += 1) seats.push(spawn())
  return {
    files: remote<Files>(['list', 'fileSystemOf', 'look', 'glance', 'inspect', 'remove'], (verb, parts) => ask(delivery, verb, parts)),
    destination: (name) => ({
      name,
      ...remote<Omit<Destination, 'name'>>(
        ['check', 'put', 'commit', 'takeBack', 'recover', 'resolve', 'close'], (verb, parts) => ask(name, verb, parts)),
    }),
    close: async () => {
      await Promise.all(seats.map((seat) => farewell(seat, timeoutMs)))
      for (const seat of seats) seat.worker.terminate()
    },
  }
}

/** Each worker puts its own staging away. One that hangs is not waited for. */
const farewell = (seat: Seat, timeoutMs: Millis): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.min(timeoutMs, 1000))
    seat.worker.onmessage = () => {
      clearTimeout(timer)
      resolve()
    }
    seat.worker.postMessage('close')
  })

const unresponsive = ({ request }: Call): Fault =>
  new Fault(`the file system did not answer "${request.verb}"${request.target === '' ? '' : ` for the archive ${request.target}`}`, {
    remedy: 'check its server and its mount',
    ...(request.target === '' ? {} : { archive: request.target }),
  })

/** An interface whose every verb is a message. */
const remote = <T>(verbs: readonly (keyof T & string)[], ask: (verb: string, parts: unknown[]) => Promise<unknown>): T =>
  Object.fromEntries(verbs.map((verb) => [verb, (...parts: unknown[]) => ask(verb, parts)])) as T
