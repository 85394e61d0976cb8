import { availableParallelism } from 'node:os'
import { faultFromData } from '../domain/fault.ts'
import type { Path } from '../domain/path.ts'
import type { Millis } from '../domain/time.ts'
import type { Destination, Files } from '../world.ts'
import { systemClock } from './clock.ts'
import type { OpenArchive } from './archive/layout.ts'
import type { Run } from './archive/local-directory.ts'
import { endWhenItSpeaks } from './end-thread.ts'
import type { Answer, Request } from './file-worker.ts'
import { byRoot } from './files-by-root.ts'
import { openPatience } from './patience.ts'
import { writeOff } from './pulse.ts'
import { openPlaces, unresponsive } from './unresponsive-places.ts'
import { openWaitingCalls } from './waiting-calls.ts'
import { unpack } from './wire.ts'
import { begin, farewell, openSeat, type Call, type Seat } from './worker-seat.ts'

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
  /** One more worker than there are processors is kept for so long without a call. */
  readonly restMs?: Millis
}

/** What delivery trees are called among the targets of a worker. */
const delivery = ''

/** The place of a worker that gives back what it holds: nothing else is asked there. */
const resting = 'a worker at rest'

const processors = availableParallelism()

/** A call on small files of a disk of this machine is over by then. */
const slowMs: Millis = 250

export const openWorkerPool = ({ workers, archives, roots = [], run, timeoutMs, restMs = 30_000 }: Options): WorkerPool => {
  const seats: Seat[] = []
  const places = openPlaces(timeoutMs)
  const waiting = openWaitingCalls(seats, places.isStill)
  const patience = openPatience(timeoutMs, places)
  let looking: Timer | null = null
  let asking: Timer | null = null
  let count = 0
  let spawned = 0

  /** Those that are kept while there is nothing to do. */
  const kept = Math.min(workers, processors)

  const spawn = (): Seat => {
    const seat = openSeat({ archives, run: { ...run, name: `${run.name}-${(spawned += 1)}` } }, {
      answer: finish,
      death: (own, error) => {
        if (own.busy !== null) patience.ends(own, own.busy)
        lose(own, error, () => own.worker.terminate())
      },
    })
    seats.push(seat)
    return seat
  }

  const next = () => {
    while (!waiting.isEmpty && hasRoom()) {
      const idle = seats.filter((one) => one.busy === null)
      if (!waiting.beginOn(idle.length > 0 ? idle : [spawn()])) break
    }
    if (!waiting.isEmpty) asking ??= setTimeout(() => {
      asking = null
      next()
    }, slowMs)
    looking ??= seats.some((one) => one.busy !== null) ? setInterval(look, patience.lookMs) : null
  }

  /** As many calls at a time as there are processors; one that is slow waits for its disk, and makes room for another. */
  const hasRoom = (): boolean => {
    const moving = seats.filter((one) => one.busy !== null && !one.isAside)
    const quick = moving.filter((one) => systemClock.monotonic() - one.sinceMs < slowMs)
    return moving.length < workers && quick.length < processors
  }

  const look = () => {
    for (const seat of [...seats]) if (seat.busy !== null && !patience.lasts(seat, seat.busy)) giveUp(seat, seat.busy)
    sendHome()
    next()
    if (looking === null || seats.length > kept || seats.some((one) => one.busy !== null)) return
    clearInterval(looking)
    looking = null
  }

  /** One that came to help where calls were slow goes when there was nothing for it to do for a while, unless it staged
   *  what still waits for its commit. */
  const sendHome = () => {
    const [seat] = seats.filter((one) => one.busy === null).toSorted((a, b) => a.sinceMs - b.sinceMs)
    if (seats.length <= kept || seat === undefined || systemClock.monotonic() - seat.sinceMs < restMs) return
    begin(seat, {
      place: resting, request: { id: (count += 1), target: delivery, verb: 'rest', parts: [] }, failed: () => undefined,
      done: (isFree) => {
        if (isFree === true) leave(seat, () => seat.worker.terminate())
      },
    })
  }

  const finish = (seat: Seat, { id, value, hasFaults, refusal, bug }: Answer) => {
    const call = seat.busy
    if (call === null || call.request.id !== id) return
    patience.ends(seat, call)
    Object.assign(seat, { busy: null, sinceMs: systemClock.monotonic() })
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
    for (const one of waiting.withdraw(call.place)) one.failed(unresponsive(one.request))
  }

  const lose = (seat: Seat, error: Error, end: () => void) => {
    const call = seat.busy
    seat.busy = null
    leave(seat, end)
    call?.failed(error)
    next()
  }

  const leave = (seat: Seat, end: () => void) => {
    end()
    const at = seats.indexOf(seat)
    if (at >= 0) seats.splice(at, 1)
  }

  const ask = (place: string, target: string, verb: string, parts: unknown[]): Promise<unknown> =>
    new Promise((done, failed) => {
      const request: Request = { id: (count += 1), target, verb, parts }
      if (places.isLost(place)) return failed(unresponsive(request))
      waiting.add({ place, request, done, failed })
      next()
    })

  for (let index = 0; index < kept; index += 1) spawn()
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

/** An interface whose every verb is a message. */
const remote = <T>(verbs: readonly (keyof T & string)[], ask: (verb: string, parts: unknown[]) => Promise<unknown>): T =>
  Object.fromEntries(verbs.map((verb) => [verb, (...parts: unknown[]) => ask(verb, parts)])) as T
