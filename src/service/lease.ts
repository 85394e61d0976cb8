import { showDuration } from '../domain/duration.ts'
import { Fault } from '../domain/fault.ts'
import type { Millis } from '../domain/time.ts'
import type { Sql, Standing } from '../world.ts'

/** What this process may work on beside others. With SQLite it is alone: everything is its own. */
export type Lease = {
  /** What its claims and its staging bear; null where it needs none. */
  fence(): number | null
  /** Begins to take part. Gives the watches that keep it from that, since a process of this machine works by the same config. */
  begin(): Promise<readonly string[]>
  /** It was silent for too long: nothing new is begun, and another one may have taken its work. */
  isLost(): boolean
  /** Whether it is this one's to work on a watch: a standby's only while nobody else does. */
  isActive(watchName: string): boolean
  /** Takes the work of those whose leases are over. True: there is some to be ended, by `recover` and then `endTaken`. */
  takeOver(): Promise<boolean>
  /** Whose staging is not to be touched; null where locks alone tell. */
  standing(): Promise<Standing | null>
  /** What was taken was ended. */
  endTaken(): Promise<void>
  /** Inside a transaction: nothing of it is committed unless the lease was this one's until then. */
  check(tx: Sql): Promise<void>
  /** Stops taking part. `isClean`: nothing was left in hand. */
  end(isClean: boolean): Promise<void>
}

/** SQLite is for one host, and locks on its watches keep its processes apart. */
export const noLease = (takeWatches: () => Promise<readonly string[]>): Lease => ({
  fence: () => null, begin: takeWatches, isLost: () => false, isActive: () => true, takeOver: async () => false,
  standing: async () => null, endTaken: async () => undefined, check: async () => undefined, end: async () => undefined,
})

/** It was silent for longer than its lease, and another process took over. What it had in hand is that one's. */
export class Fenced extends Fault {
  constructor(leaseMs: Millis) {
    super(`this process gave no sign of life for longer than its lease of ${showDuration(leaseMs)}, and another one took over what it had in hand`, {
      remedy: 'it goes on with other work; where this happens again and again, give it a longer lease',
    })
  }
}
