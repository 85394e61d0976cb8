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

type Entry = { readonly sighting: Sighting; readonly since: Millis; readonly settleMs: Millis }

export const openSettling = (limit = settlingLimit): Settling => {
  /** By settle time, each in the order of `since`: the first one is the next to have settled. */
  const queues = new Map<Millis, Map<Path, Entry>>()
  const entries = new Map<Path, Entry>()
  const byGroup = new Map<string, Set<Path>>()
  let hasOverflowed = false
  const nameOf = (watchName: string, groupKey: Path) => `${watchName}\u0000${groupKey}`

  const forget = (path: Path) => {
    const entry = entries.get(path)
    if (entry === undefined) return
    entries.delete(path)
    queues.get(entry.settleMs)?.delete(path)
    const name = nameOf(entry.sighting.watchName, entry.sighting.groupKey)
    const paths = byGroup.get(name)
    paths?.delete(path)
    if (paths?.size === 0) byGroup.delete(name)
  }
  const keep = (entry: Entry) => {
    const { path, watchName, groupKey } = entry.sighting
    forget(path)
    if (entries.size >= limit) {
      hasOverflowed = true
      return
    }
    entries.set(path, entry)
    const queue = queues.get(entry.settleMs) ?? new Map<Path, Entry>()
    queues.set(entry.settleMs, queue.set(path, entry))
    const name = nameOf(watchName, groupKey)
    byGroup.set(name, (byGroup.get(name) ?? new Set()).add(path))
  }

  return {
    note: (sighting, { now, monotonic, settleMs }) => {
      const entry = entries.get(sighting.path)
      if (entry === undefined) {
        if (now - changedAt(sighting.identity) >= settleMs) return true
        keep({ sighting, since: monotonic, settleMs })
        return false
      }
      if (differenceOf(entry.sighting.identity, sighting.identity) !== 'same') {
        keep({ sighting, since: monotonic, settleMs })
        return false
      }
      if (monotonic - entry.since < settleMs) return false
      forget(sighting.path)
      return true
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
      return firsts.length === 0 ? null : Math.min(...firsts.map(({ since, settleMs }) => since + settleMs))
    },
  }
}

/** When a file last changed in any way, by its file system's clock: writing, renaming and linking move the ctime, and
 *  nobody can set it. */
export const changedAt = ({ ctimeNs }: Identity): Instant => Number(BigInt(ctimeNs) / 1_000_000n)
