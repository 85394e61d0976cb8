import { showPath } from '../domain/path.ts'
import { fromColumn, toIso, type Instant } from '../domain/time.ts'
import type { ArchiveReport } from '../store/archive-reports.ts'
import type { Lease } from '../store/leases.ts'
import type { Pass } from '../store/passes.ts'
import type { InstanceReport, StatusReport, WatchLine } from './status.ts'

/** What `status --json` prints and the API gives: the names of the columns, times as ISO 8601 with `Z`, every status
 *  and every window there. */
export const statusJson = (report: StatusReport) => ({
  service: {
    alive: report.service.alive,
    last_heartbeat: iso(report.service.lastHeartbeat),
    started_at: iso(report.service.startedAt),
    queue_depth: report.service.queueDepth,
    settling: report.service.settling,
    instances: report.service.instances.map(instanceJson),
  },
  components: report.components,
  in_delivery: report.inDelivery,
  in_archive: report.inArchive,
  retry_queue: report.components.retry_pending.total,
  oldest_incomplete: report.oldestIncomplete === null ? null : {
    ...report.oldestIncomplete,
    created_at: toIso(fromColumn(report.oldestIncomplete.created_at)),
    due_at: report.oldestIncomplete.due_at === null ? null : toIso(fromColumn(report.oldestIncomplete.due_at)),
  },
  missing_metadata: report.missingMetadata,
  watches: report.watches.map(watchJson),
  ledger: report.ledger,
  archives: report.archives.map(archiveJson),
  last_pass: report.lastPass === null ? null : passJson(report.lastPass),
  rules_refused: report.service.instances.find((one) => one.alive && one.rulesRefused !== null)?.rulesRefused ?? null,
})

export type StatusJson = ReturnType<typeof statusJson>

const iso = (at: Instant | null): string | null => (at === null ? null : toIso(at))

const instanceJson = (one: InstanceReport) => ({
  host: one.host,
  pid: one.pid,
  version: one.version,
  alive: one.alive,
  started_at: toIso(one.startedAt),
  last_heartbeat: toIso(one.lastHeartbeat),
  queue_depth: one.queueDepth,
  workers_active: one.workersActive,
  settling: one.settling,
  standby: one.lease?.standby ?? false,
  watches: one.lease === null ? null : one.lease.watches,
  lease: one.lease === null ? null : leaseState(one.lease),
})

/** `over`: it was silent for too long, and whoever comes first takes its work; `taken`: somebody did. */
export const leaseState = ({ isOver, takenBy }: Lease): 'running' | 'over' | 'taken' => {
  if (takenBy !== null) return 'taken'
  return isOver ? 'over' : 'running'
}

const watchJson = ({ name, path, report, lastArrival, backlog, failed, unaccounted }: WatchLine) => ({
  name,
  path: showPath(path),
  state: report?.state ?? 'unknown',
  backend: report?.backend ?? null,
  reason: report?.reason ?? null,
  trouble: report?.trouble ?? null,
  last_scan_at: iso(report?.lastScanAt ?? null),
  last_arrival_at: iso(lastArrival),
  backlog,
  failed,
  seen: report?.seen ?? null,
  rows: report?.rows ?? null,
  ignored: report?.ignored ?? null,
  unmatched: report?.unmatched ?? null,
  settling: report?.settling ?? null,
  restless: report?.restless ?? null,
  unsettled: (report?.unsettled ?? []).map((one) => ({
    path: showPath(one.path), since: toIso(one.since), lacks: one.lacks,
  })),
  subdirs_not_entered: report?.subdirsNotEntered ?? null,
  near_misses: report?.nearMisses ?? null,
  missed_hints: report?.missedHints ?? null,
  samples: report?.samples ?? [],
  free_bytes: report?.freeBytes ?? null,
  unaccounted,
})

const archiveJson = (one: ArchiveReport) => ({
  name: one.name,
  archive_id: one.archiveId,
  trouble: one.trouble,
  trouble_since: iso(one.troubleSince),
  held: one.held,
  free_bytes: one.freeBytes,
})

const passJson = (one: Pass) => ({
  started_at: toIso(one.startedAt),
  ended_at: iso(one.endedAt),
  host: one.host,
  mode: one.mode,
  exit_code: one.exitCode,
  looked_at: one.lookedAt,
  archived: one.archived,
  failed: one.failed,
  bytes: one.bytes,
})
