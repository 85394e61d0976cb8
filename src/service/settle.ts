import { identityText, type Identity } from '../domain/identity.ts'
import type { Path } from '../domain/path.ts'
import { showsState, sightOf, sightText, type SightText } from '../domain/sight.ts'
import type { Instant, Millis } from '../domain/time.ts'

/** One look at one path. */
export type Sighting = {
  readonly watchName: string
  readonly path: Path
  readonly groupKey: Path
  readonly identity: Identity
}

/** The paths that changed lately and have not stood still for long enough. Bounded, in memory, and may be lost at
 *  any time: a scan fills it again. */
export type Settling = {
  /** Notes what is there now. True when it has settled: it leaves the table. */
  note(sighting: Sighting, times: { now: Instant; monotonic: Millis; settleMs: Millis }): boolean
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
  readonly watchName: string; readonly groupKey: Path; readonly state: SightText; readonly since: Millis; readonly settleMs: Millis
}

export const openSettling = (limit = settlingLimit): Settling => {
  /** By settle time, each in the order of `since`: the first one is the next to have settled. */
  const queues = new Map<Millis, Map<Path, Entry>>()
  /** By watch, then by group key. Most groups have one path here, which then stands for itself. */
  const groups = new Map<string, Map<Path, Path | Set<Path>>>()
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
    const keys = groups.get(entry.watchName)
    const paths = keys?.get(entry.groupKey)
    if (paths instanceof Set) paths.delete(path)
    if (!(paths instanceof Set) || paths.size === 0) keys?.delete(entry.groupKey)
  }
  const keep = (path: Path, entry: Entry) => {
    forget(path)
    if (size >= limit) {
      hasOverflowed = true
      return
    }
    size += 1
    const queue = queues.get(entry.settleMs) ?? new Map<Path, Entry>()
    queues.set(entry.settleMs, queue.set(path, entry))
    const keys = groups.get(entry.watchName) ?? new Map<Path, Path | Set<Path>>()
    const before = keys.get(entry.groupKey)
    const paths = before === undefined ? path : before instanceof Set ? before.add(path) : new Set([before, path])
    groups.set(entry.watchName, keys.set(entry.groupKey, paths))
  }

  return {
    note: ({ watchName, path, groupKey, identity }, { now, monotonic, settleMs }) => {
      const state = sightText('file', identity)
      const entry = entryOf(path)
      if (entry === undefined) {
        if (now - changedAt(identity) >= settleMs) return true
        keep(path, { watchName, groupKey, state, since: monotonic, settleMs })
        return false
      }
      if (!showsState(entry.state, identityText(identity))) {
        keep(path, { watchName, groupKey, state, since: monotonic, settleMs })
        return false
      }
      if (monotonic - entry.since < settleMs) return false
      forget(path)
      return true
    },
    has: (path) => entryOf(path) !== undefined,
    takeOverflow: () => {
      const had = hasOverflowed
      hasOverflowed = false
      return had
    },
    forget,
    ofGroup: (watchName, groupKey) => {
      const paths = groups.get(watchName)?.get(groupKey) ?? []
      return typeof paths === 'string' ? [paths] : [...paths]
    },
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
      return firsts.length === 0 ? null : Math.min(...firsts.map(({ since, settleMs }) => since + settleMs))
    },
  }
}

/** When a file last changed in any way, by its file system's clock: writing, renaming and linking move the ctime, and
 *  nobody can set it. */
export const changedAt = ({ ctimeNs }: Identity): Instant => Number(BigInt(ctimeNs) / 1_000_000n)
