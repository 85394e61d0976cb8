import { changedAt, identityText, type Identity } from '../domain/identity.ts'
import type { Path } from '../domain/path.ts'
import { showsState, sightOf, sightText, type SightText } from '../domain/sight.ts'
import type { Instant, Millis } from '../domain/time.ts'
import { addTo, dropFrom, pathsIn, type Crowd } from './crowd.ts'
import type { Quiet, Settling, Sighting, Unsettled } from './settling.ts'

/** Beyond this many paths a directory is scanned again instead. */
const settlingLimit = 100_000

/** As little as a hundred thousand of them need: the identity as one text. */
type Entry = {
  readonly watchName: string
  readonly groupKey: Path
  readonly state: SightText
  readonly since: Millis
  /** What was postponed waits from then on, whatever its quiet time is. */
  readonly waitsFrom: Millis
  readonly settleMs: Millis
  readonly firstAt: Instant
  readonly lacks: string | null
  readonly awaits: Path | null
  told: boolean
}

/** A table with nothing in it yet, for so many paths. */
export const openSettling = (limit = settlingLimit): Settling => {
  /** By settle time, each in the order in which they were seen, which is nearly that of `waitsFrom`: the first one is the
   *  next to have settled. */
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
      watchName, groupKey, state: sightText('file', identity), since, waitsFrom: since, settleMs, lacks, awaits,
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
      if (entry === undefined) keep(sighting, quiet.monotonic - quietBefore(identity, quiet), quiet)
      else if (!isSeen(entry, identity)) keep(sighting, quiet.monotonic, quiet)
      else if (entry.settleMs !== quiet.settleMs || entry.lacks !== (quiet.lacks ?? null)) keep(sighting, entry.since, quiet)
      return false
    },
    isQuiet,
    restart: (sighting, quiet) => keep(sighting, quiet.monotonic, quiet),
    postpone: (path, monotonic) => {
      const entry = entryOf(path)
      const queue = entry === undefined ? undefined : queues.get(entry.settleMs)
      if (entry === undefined || queue?.delete(path) !== true) return
      queue.set(path, { ...entry, waitsFrom: monotonic })
    },
    seen: (path) => {
      const entry = entryOf(path)
      return entry === undefined ? null : { identity: sightOf(entry.state).identity, settleMs: entry.settleMs }
    },
    awaiting: (path) => pathsIn(byAwaited, path),
    unsettled: (since) => {
      const latest = new Map([...groups.keys()].map((name) => [name, since(name)]))
      const found = new Map<string, Unsettled[]>()
      for (const queue of queues.values()) {
        for (const [path, { watchName, firstAt, lacks, told }] of queue) {
          if (firstAt > (latest.get(watchName) ?? -Infinity)) continue
          const own = found.get(watchName) ?? []
          found.set(watchName, own)
          own.push({ path, since: firstAt, lacks, told })
        }
      }
      for (const own of found.values()) own.sort((a, b) => a.since - b.since)
      return found
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
        for (const [path, { watchName, groupKey, state, waitsFrom }] of queue) {
          if (monotonic - waitsFrom < settleMs || found.length >= most) break
          found.push({ watchName, path, groupKey, identity: sightOf(state).identity })
        }
      }
      return found
    },
    get size() {
      return size
    },
    nextAt: () => {
      const firsts = [...queues.values()].flatMap((queue) => queue.values().next().value ?? [])
      const next = Math.min(Infinity, ...firsts.map(({ waitsFrom, settleMs }) => waitsFrom + settleMs))
      return next === Infinity ? null : next
    },
  }
}

/** For how long it had stood still when it was first seen. */
const quietBefore = (identity: Identity, { now, settleMs }: Quiet): Millis =>
  Math.max(0, Math.min(now - changedAt(identity), settleMs))

const isSeen = (entry: Entry, identity: Identity): boolean => showsState(entry.state, identityText(identity))
