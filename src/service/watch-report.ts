import type { Watch } from '../config/config.ts'
import type { Fault } from '../domain/fault.ts'
import type { Path } from '../domain/path.ts'
import type { WatchReport } from '../store/watch-state.ts'
import type { LookEnd } from './look.ts'

type Seen = {
  readonly backend: WatchReport['backend']
  readonly reason: string | null
  readonly missedHints: number
  /** Whether a file settles now. */
  readonly isSettling: (path: Path) => boolean
  readonly unsettled: WatchReport['unsettled']
  readonly restless: number
}

/** A watch as its last look left it, and what has become of that since. */
export const watchReport = (watch: Watch, end: LookEnd, seen: Seen): WatchReport => {
  const settling = end.settling.filter(seen.isSettling).length
  return {
    name: watch.name,
    path: watch.path,
    state: end.fault === null ? 'ok' : standing(end.fault),
    trouble: end.fault?.sentence ?? null,
    backend: seen.backend,
    reason: seen.reason,
    seen: end.counts.seen,
    ignored: end.counts.ignored,
    unmatched: end.counts.unmatched,
    subdirsNotEntered: end.counts.subdirsNotEntered,
    nearMisses: end.counts.nearMisses,
    samples: end.counts.samples,
    settling,
    unsettled: seen.unsettled,
    restless: seen.restless,
    rows: end.recognised + end.taken + end.settling.length - settling,
    missedHints: seen.missedHints,
    lastScanAt: end.endedAt,
    fileSystem: end.fileSystem,
    freeBytes: end.fileSystem?.freeBytes ?? null,
  }
}

const standing = (fault: Fault): WatchReport['state'] => {
  if (fault.message.includes('did not answer')) return 'unresponsive'
  if (fault.message.includes('not mounted')) return 'not_mounted'
  return fault.message.includes('not there') || fault.message.includes('not a directory') ? 'missing' : 'unreadable'
}
