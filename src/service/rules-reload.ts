import type { Rules } from '../config/rules.ts'
import { Fault } from '../domain/fault.ts'
import type { Millis } from '../domain/time.ts'
import type { Clock, Log } from '../world.ts'

/** A file must have stood still for this long before it is read again. */
const quietMs: Millis = 500

type Needed = {
  readonly clock: Pick<Clock, 'monotonic'>
  readonly log: Log
  /** Tells one state of the rules file from another; '' while it is not there, as between an editor's two renames. */
  readonly signature: () => string
  readonly read: () => Promise<Rules>
  readonly swap: (rules: Rules) => void
}

/** Reads the rules again when their file changed: checked whole and swapped at once, or refused, and then the old ones
 *  stay. `refused` says why. */
export const rulesReload = ({ clock, log, signature, read, swap }: Needed) => {
  let current = signature()
  let seen = { signature: current, since: clock.monotonic() }
  let refused: string | null = null
  return {
    refused: () => refused,
    check: async (): Promise<void> => {
      const now = signature()
      if (now !== seen.signature) seen = { signature: now, since: clock.monotonic() }
      if (now === '' || now === current || clock.monotonic() - seen.since < quietMs) return
      current = now
      try {
        swap(await read())
        refused = null
        log.write('INFO', 'the rules changed and are in force')
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        refused = error.sentence
        log.write('ERROR', `the rules changed and are refused, the old ones stay: ${error.sentence}`)
      }
    },
  }
}
