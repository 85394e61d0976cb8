import { identityText, type Identity } from '../domain/identity.ts'
import type { Path } from '../domain/path.ts'
import { showsState, sightOf, sightText, type SightText } from '../domain/sight.ts'
import type { Instant, Millis } from '../domain/time.ts'
import { addTo, dropFrom, pathsIn, type Crowd } from './crowd.ts'

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
  /** The path and the state that it was seen in last. */
  seen(path: Path): { readonly identity: Identity; readonly settleMs: Millis } | null
  /** The files that wait for this path. */
  awaiting(path: Path): readonly Path[]
  /** Those of a watch that have been settling since then or longer, the oldest first. */
  unsettled(watchName: string, since: Instant): readonly Unsettled[]
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
  /** How many of this watch are settling. */
  ofWatch(watchName: string): number
  readonly size: number
  /** When the next one may have settled; null when nothing settles. */
  nextAt(): Millis | null
}

/** Beyond this many paths a directory is scanned again instead. */
export const settlingLimit = 100_000

/** As little as a hundred thousand of them need: the identity as one text. */
type Entry = {
  readonly watchName: string
  readonly groupKey: Path
  readonly state: SightText
  readonly since: Millis
  readonly settleMs: Millis
  readonly firstAt: Instant
  readonly lacks: string | null
  readonly awaits: Path | null
  told: boolean
}

export const openSettling = (limit = settlingLimit): Settling => {
  /** By settle time, each in the order of `since`: the first one is the next to have settled. */
  const queues = new Map<Millis, Map<Path, Entry>>()
  /** By watch, then by group key. */
  const groups = new Map<string, Crowd>()
  const byAwaited: Crowd = new Map()
  const recalled = new Map<Path, Omit<Unsettled, 'lacks'>>()
  let size = 0
  let hasOverflowed = false

  const entryOf = (path: Path): Entry | undefined => {
    for (const queue of queues.values()) {
      const entry = queue.get(path)
      if (entry !== undefined) return entry
    }
    return undefined
  }
  const forget = (path: Path) => {
    const entry = entryOf(path)
    if (entry === undefined) return
    size -= 1
    queues.get(entry.settleMs)?.delete(path)
    dropFrom(groups.get(entry.watchName), entry.groupKey, path)
    if (entry.awaits !== null) dropFrom(byAwaited, entry.awaits, path)
  }
  const keep = (sighting: Sighting, since: Millis, { now, settleMs, lacks = null, awaits = null }: Quiet) => {
    const { path, watchName, groupKey, identity } = sighting
    const before = entryOf(path)
    const earlier = recalled.get(path)
    const entry: Entry = {
      watchName, groupKey, state: sightText('file', identity), since, settleMs, lacks, awaits,
      firstAt: before?.firstAt ?? earlier?.since ?? now, told: before?.told ?? earlier?.told ?? false,
    }
    recalled.delete(path)
    forget(path)
    if (size >= limit) {
      hasOverflowed = true
      return
    }
    size += 1
    const queue = queues.get(settleMs) ?? new Map<Path, Entry>()
    queues.set(settleMs, queue.set(path, entry))
    const keys = groups.get(watchName) ?? new Map()
    groups.set(watchName, addTo(keys, groupKey, path))
    if (awaits !== null) addTo(byAwaited, awaits, path)
  }
  const isQuiet = ({ path, identity }: Sighting, { now, monotonic, settleMs }: Quiet): boolean => {
    const entry = entryOf(path)
    if (entry === undefined) return now - changedAt(identity) >= settleMs
    return isSeen(entry, identity) && monotonic - entry.since >= settleMs
  }

  return {
    note: (sighting, quiet) => {
      const { path, identity } = sighting
      if (isQuiet(sighting, quiet)) {
        forget(path)
        recalled.delete(path)
        return true
      }
      const entry = entryOf(path)
      if (entry === undefined || !isSeen(entry, identity)) keep(sighting, quiet.monotonic, quiet)
      else if (entry.settleMs !== quiet.settleMs || entry.lacks !== (quiet.lacks ?? null)) keep(sighting, entry.since, quiet)
      return false
    },
    isQuiet,
    restart: (sighting, quiet) => keep(sighting, quiet.monotonic, quiet),
    seen: (path) => {
      const entry = entryOf(path)
      return entry === undefined ? null : { identity: sightOf(entry.state).identity, settleMs: entry.settleMs }
    },
    awaiting: (path) => pathsIn(byAwaited, path),
    unsettled: (watchName, since) => {
      const found: Unsettled[] = []
      for (const queue of queues.values()) {
        queue.forEach((one, path) => {
          const { firstAt, lacks, told } = one
          if (one.watchName === watchName && firstAt <= since) found.push({ path, since: firstAt, lacks, told })
        })
      }
      return found.toSorted((a, b) => a.since - b.since)
    },
    recall: (known) => void recalled.set(known.path, known),
    tell: (path) => {
      const entry = entryOf(path)
      if (entry !== undefined) entry.told = true
    },
    has: (path) => entryOf(path) !== undefined,
    takeOverflow: () => {
      const had = hasOverflowed
      hasOverflowed = false
      return had
    },
    forget,
    ofGroup: (watchName, groupKey) => pathsIn(groups.get(watchName), groupKey),
    ripe: (monotonic, most) => {
      const found: Sighting[] = []
      for (const [settleMs, queue] of queues) {
        for (const [path, { watchName, groupKey, state, since }] of queue) {
          if (monotonic - since < settleMs || found.length >= most) break
          found.push({ watchName, path, groupKey, identity: sightOf(state).identity })
        }
      }
      return found
    },
    ofWatch: (watchName) => {
      let count = 0
      for (const paths of groups.get(watchName)?.values() ?? []) count += paths instanceof Set ? paths.size : 1
      return count
    },
    get size() {
      return size
    },
    nextAt: () => {
      const firsts = [...queues.values()].flatMap((queue) => queue.values().next().value ?? [])
      const next = Math.min(Infinity, ...firsts.map(({ since, settleMs }) => since + settleMs))
      return next === Infinity ? null : next
    },
  }
}

const isSeen = (entry: Entry, identity: Identity): boolean => showsState(entry.state, identityText(identity))

/** When a file last changed in any way, by its file system's clock: writing, renaming and linking move the ctime, and
 *  nobody can set it. */
export const changedAt = ({ ctimeNs }: Identity): Instant => Number(ctimeNs.slice(0, -6))
