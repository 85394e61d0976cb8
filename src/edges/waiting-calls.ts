import { begin, type Call, type Seat } from './worker-seat.ts'

/** The calls that no worker makes yet, in the order in which they were asked for. */
export type WaitingCalls = {
  add(call: Call): void
  /** Begins the first call that one of these may take; false where none may. */
  beginOn(idle: readonly Seat[]): boolean
  /** Takes away what waits for a place. */
  withdraw(place: string): readonly Call[]
  readonly isEmpty: boolean
}

/** `seats`: all that there are at any time. Nothing is begun at a place that stands still. */
export const openWaitingCalls = (seats: readonly Seat[], isStill: (place: string) => boolean): WaitingCalls => {
  const waiting: Call[] = []
  const recovering = new Map<string, Seat>()

  /** `resolve` ends what `recover` found, and belongs to the same worker. */
  const seatFor = ({ request, place }: Call, idle: readonly Seat[]): Seat | undefined => {
    const own = request.verb === 'resolve' ? recovering.get(place) : undefined
    return own === undefined || !seats.includes(own) ? idle.at(-1) : idle.find((one) => one === own)
  }

  return {
    add: (call) => void waiting.push(call),
    beginOn: (idle) => {
      for (const [at, call] of waiting.entries()) {
        const seat = seatFor(call, idle)
        if (seat === undefined || isStill(call.place)) continue
        if (call.request.verb === 'recover') recovering.set(call.place, seat)
        waiting.splice(at, 1)
        begin(seat, call)
        return true
      }
      return false
    },
    withdraw: (place) => {
      const withdrawn = waiting.filter((one) => one.place === place)
      for (const one of withdrawn) waiting.splice(waiting.indexOf(one), 1)
      return withdrawn
    },
    get isEmpty() {
      return waiting.length === 0
    },
  }
}
