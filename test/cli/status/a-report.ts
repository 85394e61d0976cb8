import { statuses } from '../../../src/domain/status.ts'
import type { InstanceReport, StatusReport, WatchLine } from '../../../src/service/status.ts'
import { windowNames, type ComponentCounts } from '../../../src/store/component-counts.ts'
import type { WatchReport } from '../../../src/store/watch-state.ts'
import { noon } from '../../store/a-filled-ledger.ts'

const minute = 60_000

/** So many components of these statuses, all of the last hour. */
export const counts = (given: Partial<Record<string, number>>): ComponentCounts =>
  Object.fromEntries(statuses.map((status) => [
    status, Object.fromEntries(windowNames.map((name) => [name, given[status] ?? 0])),
  ])) as ComponentCounts

/** A service that is alive. */
export const anInstance: InstanceReport = {
  id: 1, host: 'h', pid: 7, version: '0.1.0', configFile: '/c', startedAt: noon - 120 * minute, lastHeartbeat: noon - 30_000,
  queueDepth: 2, workersActive: 1, settling: 3, rulesRefused: null, changedSinceStart: [], alive: true, lease: null,
}

/** All is well. */
export const aReport: StatusReport = {
  at: noon,
  service: {
    alive: true, lastHeartbeat: anInstance.lastHeartbeat, startedAt: anInstance.startedAt, queueDepth: 2, settling: 3,
    instances: [anInstance], passes: [],
  },
  lastPass: null, openPass: null, components: counts({ archived: 6 }), dismissed: new Map(), inDelivery: 6, inArchive: 6,
  missingInArchive: 0, oldestIncomplete: null, missingMetadata: 0, watches: [], archives: [],
  ledger: { components: 6, unaccounted: 0 },
}

export const aWatchReport: WatchReport = {
  name: 'in', path: '/in', state: 'ok', trouble: null, backend: 'inotify', reason: 'local ext4', seen: 9, ignored: 2,
  unmatched: 1, subdirsNotEntered: 0, nearMisses: 0, samples: [], settling: 3, unsettled: [], restless: 0, rows: 6, missedHints: 0,
  lastScanAt: noon - minute, fileSystem: null, freeBytes: null,
}

export const aWatchLine: WatchLine = {
  name: 'in', path: '/in', report: aWatchReport, lastArrival: noon - 5 * minute, backlog: 2, failed: 1, unaccounted: 0,
}
