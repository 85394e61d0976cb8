import type { Millis } from '../domain/time.ts'
import { pulseOf } from './pulse.ts'
import type { Places } from './unresponsive-places.ts'
import type { Call, Seat } from './worker-seat.ts'

/** How long a call may stand still: after a while it holds up no other place, and at last it is given up. */
export type Patience = {
  /** How far apart its looks are. */
  readonly lookMs: Millis
  /** Looks whether the call moves; false once it is to be given up. */
  lasts(seat: Seat, call: Call): boolean
  /** The call came back. */
  ends(seat: Seat, call: Call): void
}

/** Counts looks rather than hours, so that a pause of the whole program is nobody's fault. */
export const openPatience = (timeoutMs: Millis, places: Places): Patience => {
  /** A call that stands still for so long is set aside: another worker takes its seat. */
  const asideMs = Math.min(timeoutMs / 4, 5000)
  const lookMs = Math.max(10, Math.min(asideMs / 2, 1000))

  const setAside = (seat: Seat, { place }: Call, isAside: boolean) => {
    if (seat.isAside === isAside) return
    seat.isAside = isAside
    if (isAside) places.stands(place, seat)
    else places.moves(place, seat)
  }

  return {
    lookMs,
    lasts: (seat, call) => {
      const moves = pulseOf(seat.board)
      seat.stillMs = moves === seat.moves ? seat.stillMs + lookMs : 0
      seat.moves = moves
      if (seat.stillMs >= timeoutMs) return false
      setAside(seat, call, seat.stillMs >= asideMs)
      return true
    },
    ends: (seat, call) => setAside(seat, call, false),
  }
}
