import { differenceOf, type Identity } from '../domain/identity.ts'
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

type Entry = {
  readonly sighting: Sighting
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
  const entries = new Map<Path, Entry>()
  const byGroup = new Map<string, Set<Path>>()
  const byAwaited = new Map<Path, Set<Path>>()
  const recalled = new Map<Path, Omit<Unsettled, 'lacks'>>()
  let hasOverflowed = false
  const nameOf = (watchName: string, groupKey: Path) => `${watchName}\u0000${groupKey}`

  const forget = (path: Path) => {
    const entry = entries.get(path)
    if (entry === undefined) return
    entries.delete(path)
    queues.get(entry.settleMs)?.delete(path)
    dropFrom(byGroup, nameOf(entry.sighting.watchName, entry.sighting.groupKey), path)
    if (entry.awaits !== null) dropFrom(byAwaited, entry.awaits, path)
  }
  const keep = (sighting: Sighting, since: Millis, { now, settleMs, lacks = null, awaits = null }: Quiet) => {
    const { path, watchName, groupKey } = sighting
    const before = entries.get(path)
    const earlier = recalled.get(path)
    const entry: Entry = {
      sighting, since, settleMs, lacks, awaits, firstAt: before?.firstAt ?? earlier?.since ?? now,
      told: before?.told ?? earlier?.told ?? false,
    }
    recalled.delete(path)
    forget(path)
    if (entries.size >= limit) {
      hasOverflowed = true
      return
    }
    entries.set(path, entry)
    const queue = queues.get(entry.settleMs) ?? new Map<Path, Entry>()
    queues.set(entry.settleMs, queue.set(path, entry))
    addTo(byGroup, nameOf(watchName, groupKey), path)
    if (awaits !== null) addTo(byAwaited, awaits, path)
  }
  const isQuiet = ({ path, identity }: Sighting, { now, monotonic, settleMs }: Quiet): boolean => {
    const entry = entries.get(path)
    if (entry === undefined) return now - changedAt(identity) >= settleMs
    return differenceOf(entry.sighting.identity, identity) === 'same' && monotonic - entry.since >= settleMs
  }

  return {
    note: (sighting, quiet) => {
      const { path, identity } = sighting
      if (isQuiet(sighting, quiet)) {
        forget(path)
        recalled.delete(path)
        return true
      }
      const entry = entries.get(path)
      const isSame = entry !== undefined && differenceOf(entry.sighting.identity, identity) === 'same'
      if (!isSame) keep(sighting, quiet.monotonic, quiet)
      else if (entry.settleMs !== quiet.settleMs || entry.lacks !== (quiet.lacks ?? null)) keep(sighting, entry.since, quiet)
      return false
    },
    isQuiet,
    restart: (sighting, quiet) => keep(sighting, quiet.monotonic, quiet),
    seen: (path) => {
      const entry = entries.get(path)
      return entry === undefined ? null : { identity: entry.sighting.identity, settleMs: entry.settleMs }
    },
    awaiting: (path) => [...(byAwaited.get(path) ?? [])],
    unsettled: (watchName, since) => [...entries.values()]
      .filter((one) => one.sighting.watchName === watchName && one.firstAt <= since)
      .toSorted((a, b) => a.firstAt - b.firstAt)
      .map(({ sighting, firstAt, lacks, told }) => ({ path: sighting.path, since: firstAt, lacks, told })),
    recall: (known) => void recalled.set(known.path, known),
    tell: (path) => {
      const entry = entries.get(path)
      if (entry !== undefined) entry.told = true
    },
    has: (path) => entries.has(path),
    takeOverflow: () => {
      const had = hasOverflowed
      hasOverflowed = false
      return had
    },
    forget,
    ofGroup: (watchName, groupKey) => [...(byGroup.get(nameOf(watchName, groupKey)) ?? [])],
    ripe: (monotonic, most) => {
      const found: Sighting[] = []
      for (const [settleMs, queue] of queues) {
        for (const { sighting, since } of queue.values()) {
          if (monotonic - since < settleMs || found.length >= most) break
          found.push(sighting)
        }
      }
      return found
    },
    ofWatch: (watchName) => [...entries.values()].filter((one) => one.sighting.watchName === watchName).length,
    get size() {
      return entries.size
    },
    nextAt: () => {
      const firsts = [...queues.values()].flatMap((queue) => queue.values().next().value ?? [])
      const next = Math.min(Infinity, ...firsts.map(({ since, settleMs }) => since + settleMs))
      return next === Infinity ? null : next
    },
  }
}

const addTo = (sets: Map<string, Set<Path>>, name: string, path: Path): void => {
  sets.set(name, (sets.get(name) ?? new Set()).add(path))
}

const dropFrom = (sets: Map<string, Set<Path>>, name: string, path: Path): void => {
  const paths = sets.get(name)
  paths?.delete(path)
  if (paths?.size === 0) sets.delete(name)
}

/** When a file last changed in any way, by its file system's clock: writing, renaming and linking move the ctime, and
 *  nobody can set it. */
export const changedAt = ({ ctimeNs }: Identity): Instant => Number(BigInt(ctimeNs) / 1_000_000n)
