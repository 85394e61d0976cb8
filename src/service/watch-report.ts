import type { Watch } from '../config/config.ts'
import type { Fault } from '../domain/fault.ts'
import type { Instant } from '../domain/time.ts'
import type { WatchReport } from '../store/watch-state.ts'
import type { LookEnd } from './look.ts'

type Seen = {
  readonly backend: WatchReport['backend']
  readonly reason: string | null
  readonly missedHints: number
  readonly settling: number
  readonly unsettled: WatchReport['unsettled']
  readonly restless: number
  readonly rows: number | null
  readonly at: Instant
}

/** A watch as its last look left it. */
export const watchReport = (watch: Watch, end: LookEnd, seen: Seen): WatchReport => ({
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
  settling: seen.settling,
  unsettled: seen.unsettled,
  restless: seen.restless,
  rows: seen.rows,
  missedHints: seen.missedHints,
  lastScanAt: seen.at,
  fileSystem: end.fileSystem,
  freeBytes: end.fileSystem?.freeBytes ?? null,
})

const standing = (fault: Fault): WatchReport['state'] => {
  if (fault.message.includes('did not answer')) return 'unresponsive'
  if (fault.message.includes('not mounted')) return 'not_mounted'
  return fault.message.includes('not there') || fault.message.includes('not a directory') ? 'missing' : 'unreadable'
}
