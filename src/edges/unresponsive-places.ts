import { Fault } from '../domain/fault.ts'
import { hour, type Millis } from '../domain/time.ts'
import { systemClock } from './clock.ts'
import type { Request } from './file-worker.ts'

/** Which delivery directories and archives do not answer. */
export type Places = {
  /** Something stands still there: nothing more is begun there. */
  isStill(place: string): boolean
  /** A call there was given up and has not come back: what is asked of it fails at once. After a while one call may
   *  try again, since a mount may be replaced while calls on the old one hang for ever. */
  isLost(place: string): boolean
  stands(place: string, call: object): void
  lost(place: string, call: object): void
  moves(place: string, call: object): void
}

type Place = { readonly still: Set<object>; readonly lost: Set<object>; tryAgainAt: Millis; waitMs: Millis }

export const openPlaces = (timeoutMs: Millis): Places => {
  const { monotonic } = systemClock
  const places = new Map<string, Place>()
  const placeOf = (name: string): Place => {
    const place = places.get(name) ?? { still: new Set(), lost: new Set(), tryAgainAt: 0, waitMs: timeoutMs }
    places.set(name, place)
    return place
  }
  return {
    isStill: (name) => placeOf(name).still.size > 0,
    isLost: (name) => placeOf(name).lost.size > 0 && monotonic() < placeOf(name).tryAgainAt,
    stands: (name, call) => void placeOf(name).still.add(call),
    lost: (name, call) => {
      const place = placeOf(name)
      place.still.delete(call)
      place.lost.add(call)
      place.tryAgainAt = monotonic() + place.waitMs
      place.waitMs = Math.min(place.waitMs * 2, hour)
    },
    moves: (name, call) => {
      const place = placeOf(name)
      place.still.delete(call)
      if (!place.lost.delete(call)) return
      place.tryAgainAt = 0
      place.waitMs = timeoutMs
    },
  }
}

/** What becomes of a call whose place does not answer. */
export const unresponsive = ({ verb, target }: Request): Fault =>
  new Fault(`the file system did not answer "${verb}"${target === '' ? '' : ` for the archive ${target}`}`, {
    remedy: 'check its server and its mount',
    ...(target === '' ? {} : { archive: target }),
  })
