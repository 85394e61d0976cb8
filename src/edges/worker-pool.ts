import { availableParallelism } from 'node:os'
import { Fault, faultFromData } from '../domain/fault.ts'
import type { Path } from '../domain/path.ts'
import type { Millis } from '../domain/time.ts'
import type { Destination, Files } from '../world.ts'
import { systemClock } from './clock.ts'
import type { OpenArchive } from './archive/layout.ts'
import type { Run } from './archive/local-directory.ts'
import { endWhenItSpeaks } from './end-thread.ts'
import type { Answer, Opening, Request } from './file-worker.ts'
import { byRoot } from './files-by-root.ts'
import { newPulseBoard, pulseOf, writeOff } from './pulse.ts'
import { openPlaces } from './unresponsive-places.ts'
import { unpack } from './wire.ts'

/** The threads that touch delivery and archive trees. A call that does not answer costs its worker, which is replaced,
 *  and never the loop: it cannot be taken back from a dead mount. Until it comes back, or after a while, nothing more is
 *  asked of that delivery directory or archive; what is asked of the others goes on. */
export type WorkerPool = {
  readonly files: Files
  destination(name: string): Destination
  close(): Promise<void>
}

type Options = {
  readonly workers: number
  readonly archives: readonly OpenArchive[]
  /** The delivery directories, each of which may hang by itself. */
  readonly roots?: readonly Path[]
  readonly run: Run
  /** A call in which nothing moves for so long is given up. */
  readonly timeoutMs: Millis
}

type Call = {
  readonly place: string; readonly request: Request
  readonly done: (answer: unknown) => void; readonly failed: (error: unknown) => void
}
type Seat = { readonly worker: Worker; readonly board: Int32Array; busy: Call | null; sinceMs: number; moves: number; stillMs: Millis; isAside: boolean }

/** What delivery trees are called among the targets of a worker. */
const delivery = ''

const processors = availableParallelism()

/** A call on small files of a disk of this machine is over by then. */
const slowMs: Millis = 250

/** Requests and answers travel as JSON, which takes half of the time that a structured clone takes. */
export const openWorkerPool = ({ workers, archives, roots = [], run, timeoutMs }: Options): WorkerPool => {
  const waiting: Call[] = []
  const seats: Seat[] = []
  const recovering = new Map<string, Seat>()
  const places = openPlaces(timeoutMs)
  /** A call that stands still for so long holds up no other place: another worker takes its seat. */
  const patienceMs = Math.min(timeoutMs / 4, 5000)
  const lookMs = Math.max(10, Math.min(patienceMs / 2, 1000))
  let looking: Timer | null = null
  let asking: Timer | null = null
  let count = 0
  let spawned = 0

  const spawn = (): Seat => {
    const worker = new Worker(new URL('./file-worker.ts', import.meta.url), { smol: true })
    const seat: Seat = { worker, board: newPulseBoard(), busy: null, sinceMs: 0, moves: 0, stillMs: 0, isAside: false }
    worker.onmessage = ({ data }: MessageEvent<string>) => finish(seat, JSON.parse(data) as Answer)
    worker.onerror = (event) => lose(seat, new Error(`a file worker died: ${event.message}`), () => worker.terminate())
    const opening: Opening = { archives, run: { ...run, name: `${run.name}-${(spawned += 1)}` }, board: seat.board }
    worker.postMessage(opening)
    seats.push(seat)
    return seat
  }

  const next = () => {
    while (waiting.length > 0 && hasRoom()) {
      const begun = beginOn(seats.filter((one) => one.busy === null)) || (seats.every((one) => one.busy !== null) && beginOn([spawn()]))
      if (!begun) break
    }
    if (waiting.length > 0) asking ??= setTimeout(() => {
      asking = null
      next()
    }, slowMs)
    looking ??= seats.some((one) => one.busy !== null) ? setInterval(look, lookMs) : null
  }

  /** As many calls at a time as there are processors; one that is slow waits for its disk, and makes room for another. */
  const hasRoom = (): boolean => {
    const moving = seats.filter((one) => one.busy !== null && !one.isAside)
    const quick = moving.filter((one) => systemClock.monotonic() - one.sinceMs < slowMs)
    return moving.length < workers && quick.length < processors
  }

  /** `resolve` ends what `recover` found, and belongs to the same worker. */
  const seatFor = ({ request, place }: Call, idle: readonly Seat[]): Seat | undefined => {
    const own = request.verb === 'resolve' ? recovering.get(place) : undefined
    return own === undefined || !seats.includes(own) ? idle.at(-1) : idle.find((one) => one === own)
  }

  /** The first call that one of these may take. */
  const beginOn = (idle: readonly Seat[]): boolean => {
    for (const [at, call] of waiting.entries()) {
      const seat = seatFor(call, idle)
      if (seat === undefined || places.isStill(call.place)) continue
      if (call.request.verb === 'recover') recovering.set(call.place, seat)
      waiting.splice(at, 1)
      Object.assign(seat, { busy: call, sinceMs: systemClock.monotonic(), stillMs: 0, moves: pulseOf(seat.board) })
      seat.worker.postMessage(JSON.stringify(call.request))
      return true
    }
    return false
  }

  /** Counts looks rather than hours, so that a pause of the whole program is nobody's fault. */
  const look = () => {
    for (const seat of [...seats]) {
      if (seat.busy === null) continue
      const moves = pulseOf(seat.board)
      seat.stillMs = moves === seat.moves ? seat.stillMs + lookMs : 0
      seat.moves = moves
      if (seat.stillMs >= timeoutMs) giveUp(seat, seat.busy)
      else setAside(seat, seat.busy, seat.stillMs >= patienceMs)
    }
    next()
    if (looking !== null && seats.every((one) => one.busy === null)) clearInterval(looking)
    if (seats.every((one) => one.busy === null)) looking = null
  }

  const setAside = (seat: Seat, { place }: Call, isAside: boolean) => {
    if (seat.isAside === isAside) return
    seat.isAside = isAside
    if (isAside) places.stands(place, seat)
    else places.moves(place, seat)
  }

  const finish = (seat: Seat, { id, value, hasFaults, refusal, bug }: Answer) => {
    const call = seat.busy
    if (call === null || call.request.id !== id) return
    setAside(seat, call, false)
    seat.busy = null
    if (refusal !== undefined) call.failed(faultFromData(refusal))
    else if (bug === undefined) call.done(hasFaults ? unpack(value) : value)
    else call.failed(new Error(bug))
    next()
  }

  /** Its thread is left where it hangs. When it comes back, its place can be asked again. */
  const giveUp = (seat: Seat, call: Call) => {
    const fault = unresponsive(call.request)
    writeOff(seat.board)
    places.lost(call.place, seat)
    lose(seat, fault, () => {
      endWhenItSpeaks(seat.worker)
      seat.worker.addEventListener('message', () => places.moves(call.place, seat))
    })
    for (const one of waiting.filter((each) => each.place === call.place)) {
      waiting.splice(waiting.indexOf(one), 1)
      one.failed(unresponsive(one.request))
    }
  }

  const lose = (seat: Seat, error: Error, end: () => void) => {
    const call = seat.busy
    seat.busy = null
    end()
    const at = seats.indexOf(seat)
    if (at >= 0) seats.splice(at, 1)
    call?.failed(error)
    next()
  }

  const ask = (place: string, target: string, verb: string, parts: unknown[]): Promise<unknown> =>
    new Promise((done, failed) => {
      const request: Request = { id: (count += 1), target, verb, parts }
      if (places.isLost(place)) return failed(unresponsive(request))
      waiting.push({ place, request, done, failed })
      next()
    })

  for (let index = 0; index < Math.min(workers, processors); index += 1) spawn()
  return {
    files: byRoot(roots, (place, verb, parts) => ask(place, delivery, verb, parts)),
    destination: (name) => ({
      name,
      ...remote<Omit<Destination, 'name'>>(
        ['check', 'put', 'commit', 'takeBack', 'recover', 'resolve', 'close'],
        (verb, parts) => ask(`archive ${name}`, name, verb, parts)),
    }),
    close: async () => {
      if (looking !== null) clearInterval(looking)
      if (asking !== null) clearTimeout(asking)
      await Promise.all(seats.map((seat) => farewell(seat, timeoutMs)))
    },
  }
}

/** Each worker puts its own staging away. One that hangs is not waited for. */
const farewell = ({ worker }: Seat, timeoutMs: Millis): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.min(timeoutMs, 1000))
    worker.onmessage = () => {
      clearTimeout(timer)
      worker.terminate()
      resolve()
    }
    worker.postMessage(JSON.stringify('close'))
  })

const unresponsive = ({ verb, target }: Request): Fault =>
  new Fault(`the file system did not answer "${verb}"${target === '' ? '' : ` for the archive ${target}`}`, {
    remedy: 'check its server and its mount',
    ...(target === '' ? {} : { archive: target }),
  })

/** An interface whose every verb is a message. */
const remote = <T>(verbs: readonly (keyof T & string)[], ask: (verb: string, parts: unknown[]) => Promise<unknown>): T =>
  Object.fromEntries(verbs.map((verb) => [verb, (...parts: unknown[]) => ask(verb, parts)])) as T
