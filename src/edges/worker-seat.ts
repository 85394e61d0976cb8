import type { Millis } from '../domain/time.ts'
import { systemClock } from './clock.ts'
import type { Answer, Opening, Request } from './file-worker.ts'
import { newPulseBoard, pulseOf } from './pulse.ts'

/** A question to one delivery directory or archive, which is its place. */
export type Call = {
  readonly place: string; readonly request: Request
  readonly done: (answer: unknown) => void; readonly failed: (error: unknown) => void
}

/** A worker and the call that it makes. */
export type Seat = {
  readonly worker: Worker
  readonly board: Int32Array
  busy: Call | null
  /** When that began, or the last one ended. */
  sinceMs: Millis
  /** Its pulse at the last look, and for how long that has not moved. */
  moves: number
  stillMs: Millis
  /** It stands still and counts for none. */
  isAside: boolean
}

type Heard = { answer(seat: Seat, answer: Answer): void; death(seat: Seat, error: Error): void }

/** Requests and answers travel as JSON, which takes half of the time that a structured clone takes. */
export const openSeat = (opening: Omit<Opening, 'board'>, heard: Heard): Seat => {
  const worker = new Worker(new URL('./file-worker.ts', import.meta.url), { smol: true })
  const seat: Seat = { worker, board: newPulseBoard(), busy: null, sinceMs: 0, moves: 0, stillMs: 0, isAside: false }
  worker.onmessage = ({ data }: MessageEvent<string>) => heard.answer(seat, JSON.parse(data) as Answer)
  worker.onerror = (event) => heard.death(seat, new Error(`a file worker died: ${event.message}`))
  worker.postMessage({ ...opening, board: seat.board } satisfies Opening)
  return seat
}

/** Lets it make a call. */
export const begin = (seat: Seat, call: Call): void => {
  Object.assign(seat, { busy: call, sinceMs: systemClock.monotonic(), stillMs: 0, moves: pulseOf(seat.board) })
  seat.worker.postMessage(JSON.stringify(call.request))
}

/** Each worker puts its own staging away. One that hangs is not waited for. */
export const farewell = ({ worker }: Seat, timeoutMs: Millis): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.min(timeoutMs, 1000))
    worker.onmessage = () => {
      clearTimeout(timer)
      worker.terminate()
      resolve()
    }
    worker.postMessage(JSON.stringify('close'))
  })
