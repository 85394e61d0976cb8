import type { Identity } from '../domain/identity.ts'
import type { Path } from '../domain/path.ts'
import type { Instant, Millis } from '../domain/time.ts'

/** One look at one path. */
export type Sighting = {
  readonly watchName: string
  readonly path: Path
  readonly groupKey: Path
  readonly identity: Identity
}

/** When a file was looked at, and how long it has to have been quiet by then; Infinity: something else must come first. */
export type Quiet = {
  readonly now: Instant
  readonly monotonic: Millis
  readonly settleMs: Millis
  /** What it lacks besides quiet, in words. */
  readonly lacks?: string | null
  /** What is to be there first: a hint for this path is one for the file, too. */
  readonly awaits?: Path | null
}

/** A file that has not settled. */
export type Unsettled = {
  readonly path: Path
  /** Since when it has been settling, whatever it did meanwhile. */
  readonly since: Instant
  readonly lacks: string | null
  /** People were told that it does not come to rest. */
  readonly told: boolean
}

/** The paths that changed lately and have not stood still for long enough. Bounded, in memory, and may be lost at
 *  any time: a scan fills it again. */
export type Settling = {
  /** Notes what is there now. True when it has settled: it leaves the table. */
  note(sighting: Sighting, quiet: Quiet): boolean
  /** What `note` would give. */
  isQuiet(sighting: Sighting, quiet: Quiet): boolean
  /** Its quiet time begins anew, whatever was seen of it. */
  restart(sighting: Sighting, quiet: Quiet): void
  /** It is ripe a settle time from now and not before, and has been quiet for as long as it was. */
  postpone(path: Path, monotonic: Millis): void
  /** The path and the state that it was seen in last. */
  seen(path: Path): { readonly identity: Identity; readonly settleMs: Millis } | null
  /** The files that wait for this path. */
  awaiting(path: Path): readonly Path[]
  /** Those that have been settling since what `since` says of their watch or longer, by watch, the oldest first. */
  unsettled(since: (watchName: string) => Instant): ReadonlyMap<string, readonly Unsettled[]>
  /** What an earlier process knew of a file that may still be settling. */
  recall(known: Omit<Unsettled, 'lacks'>): void
  /** People were told of it. */
  tell(path: Path): void
  has(path: Path): boolean
  /** Whether paths were left out since it was asked last: only a scan finds those again. */
  takeOverflow(): boolean
  forget(path: Path): void
  /** Paths of this group that are still settling. */
  ofGroup(watchName: string, groupKey: Path): readonly Path[]
  /** What may have settled by now, to be looked at again. */
  ripe(monotonic: Millis, limit: number): readonly Sighting[]
  readonly size: number
  /** When the next one may have settled; null when nothing settles. */
  nextAt(): Millis | null
}
