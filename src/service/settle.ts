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
  forget(path: Path): void
  /** Paths of this group that are still settling. */
  ofGroup(watchName: string, groupKey: Path): readonly Path[]
  /** What may have settled by now, to be looked at again. */
  ripe(monotonic: Millis, limit: number): readonly Sighting[]
  readonly size: number
  /** When the next one may have settled; null when nothing settles. */
  nextAt(): Millis | null
}

/** Beyond this many paths a directory is scanned again instead. */
export const settlingLimit = 100_000

type Entry = { readonly sighting: Sighting; readonly since: Millis; readonly settleMs: Millis }

export const openSettling = (limit = settlingLimit): Settling => {
  const entries = new Map<Path, Entry>()
  const byGroup = new Map<string, Set<Path>>()
  const nameOf = (watchName: string, groupKey: Path) => `${watchName}\u0000${groupKey}`

  const forget = (path: Path) => {
    const entry = entries.get(path)
    if (entry === undefined) return
    entries.delete(path)
    const name = nameOf(entry.sighting.watchName, entry.sighting.groupKey)
    const paths = byGroup.get(name)
    paths?.delete(path)
    if (paths?.size === 0) byGroup.delete(name)
  }
  const keep = (entry: Entry) => {
    const { path, watchName, groupKey } = entry.sighting
    forget(path)
    if (entries.size >= limit) return
    entries.set(path, entry)
    const name = nameOf(watchName, groupKey)
    byGroup.set(name, (byGroup.get(name) ?? new Set()).add(path))
  }

  return {
    note: (sighting, { now, monotonic, settleMs }) => {
      const entry = entries.get(sighting.path)
      if (entry === undefined) {
        const age = now - Number(BigInt(sighting.identity.ctimeNs) / 1_000_000n)
        if (age >= settleMs) return true
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
    forget,
    ofGroup: (watchName, groupKey) => [...(byGroup.get(nameOf(watchName, groupKey)) ?? [])],
    ripe: (monotonic, most) => {
      const found: Sighting[] = []
      for (const { sighting, since, settleMs } of entries.values()) {
        if (found.length >= most) break
        if (monotonic - since >= settleMs) found.push(sighting)
      }
      return found
    },
    get size() {
      return entries.size
    },
    nextAt: () => {
      let soonest: Millis | null = null
      for (const { since, settleMs } of entries.values()) soonest = Math.min(soonest ?? Infinity, since + settleMs)
      return soonest
    },
  }
}
