import type { Config } from '../config/config.ts'
import type { Status } from '../domain/status.ts'
import type { Path } from '../domain/path.ts'
import type { Instant } from '../domain/time.ts'
import { archiveReports, type ArchiveReport } from '../store/archive-reports.ts'
import { componentCounts, type ComponentCounts } from '../store/component-counts.ts'
import { databaseNow } from '../store/database-now.ts'
import { dismissedByStatus } from '../store/dismissed-by-status.ts'
import { inDelivery } from '../store/in-delivery.ts'
import { lastArrivals } from '../store/last-arrivals.ts'
import { leases, type Lease } from '../store/leases.ts'
import { missingInArchive } from '../store/missing-in-archive.ts'
import { missingMetadata } from '../store/missing-metadata.ts'
import { oldestIncomplete, type IncompleteGroup } from '../store/oldest-incomplete.ts'
import { lastPasses, type Pass } from '../store/passes.ts'
import { instances, isAlive, type Instance } from '../store/service-state.ts'
import { troubleByWatch } from '../store/trouble-by-watch.ts'
import { unaccounted } from '../store/unaccounted.ts'
import { watchReports, type WatchReport } from '../store/watch-state.ts'
import type { Sql } from '../world.ts'

/** How everything stands: what `status` tells in its forms. Nothing here looks at a delivery or archive tree. */
export type StatusReport = {
  readonly at: Instant
  readonly service: ServiceReport
  readonly lastPass: Pass | null
  /** A pass that began and has not ended. */
  readonly openPass: Pass | null
  readonly components: ComponentCounts
  readonly dismissed: ReadonlyMap<Status, number>
  readonly inDelivery: number
  readonly inArchive: number
  readonly missingInArchive: number
  readonly oldestIncomplete: IncompleteGroup | null
  readonly missingMetadata: number
  readonly watches: readonly WatchLine[]
  readonly archives: readonly ArchiveReport[]
  readonly ledger: { readonly components: number; readonly unaccounted: number }
}

/** All instances together, as one service. */
export type ServiceReport = {
  readonly alive: boolean
  /** The latest of any instance; null where none has a row. */
  readonly lastHeartbeat: Instant | null
  /** Of the instance with the latest heartbeat. */
  readonly startedAt: Instant | null
  readonly queueDepth: number
  readonly settling: number
  readonly instances: readonly InstanceReport[]
  /** Passes of `run --once` that share a database with others, just now. */
  readonly passes: readonly Lease[]
}

/** `lease` is null with SQLite, where nothing is shared. */
export type InstanceReport = Instance & { readonly alive: boolean; readonly lease: Lease | null }

/** A watch of the config, with what the service saw of it; null where nobody looked yet. */
export type WatchLine = {
  readonly name: string
  readonly path: Path
  readonly report: WatchReport | null
  readonly lastArrival: Instant | null
  /** Components that are not at their end. */
  readonly backlog: number
  readonly failed: number
  /** Files that the last look saw and that have neither a row nor a quiet time to end; null: not counted. */
  readonly unaccounted: number | null
}

/** Asks the ledger a dozen questions, each answered by an index. */
export const statusReport = async (
  sql: Sql, config: Pick<Config, 'service' | 'watches'>, hostNow: Instant,
): Promise<StatusReport> => {
  const now = await databaseNow(sql, hostNow)
  const components = await componentCounts(sql, now)
  const watches = await watchLines(sql, config.watches)
  const missing = await missingInArchive(sql)
  const passes = await lastPasses(sql)
  const broken = await unaccounted(sql, now, config.service.staleThresholdMs)
  return {
    at: now,
    service: await serviceReport(sql, config.service.heartbeatIntervalMs, now),
    lastPass: passes.ended,
    openPass: passes.open,
    components,
    dismissed: await dismissedByStatus(sql),
    inDelivery: sumOf((await inDelivery(sql)).values()),
    inArchive: components.archived.total - missing,
    missingInArchive: missing,
    oldestIncomplete: await oldestIncomplete(sql),
    missingMetadata: await missingMetadata(sql),
    watches,
    archives: await archiveReports(sql),
    ledger: {
      components: sumOf(Object.values(components).map((one) => one.total)),
      unaccounted: broken + sumOf(watches.map((one) => one.unaccounted ?? 0)),
    },
  }
}

const sumOf = (numbers: Iterable<number>): number => [...numbers].reduce((sum, one) => sum + one, 0)

const serviceReport = async (sql: Sql, intervalMs: number, now: Instant): Promise<ServiceReport> => {
  const shares = await leases(sql)
  const all = (await instances(sql)).map((one) => ({
    ...one, alive: isAlive(one, now, intervalMs),
    lease: shares.findLast((share) => share.host === one.host && share.pid === one.pid) ?? null,
  }))
  const [latest] = all
  const living = all.filter((one) => one.alive)
  return {
    alive: living.length > 0,
    lastHeartbeat: latest?.lastHeartbeat ?? null,
    startedAt: latest?.startedAt ?? null,
    queueDepth: sumOf(living.map((one) => one.queueDepth)),
    settling: sumOf(living.map((one) => one.settling)),
    instances: all,
    passes: shares.filter((one) => one.mode === 'once' && !one.isOver),
  }
}

const openStatuses: readonly Status[] = ['detected', 'waiting', 'retry_pending']

const watchLines = async (sql: Sql, watches: Config['watches']): Promise<readonly WatchLine[]> => {
  const reports = await watchReports(sql)
  const trouble = await troubleByWatch(sql)
  const arrivals = await lastArrivals(sql, watches.map((one) => one.name))
  return watches.map(({ name, path }) => {
    const count = (statuses: readonly Status[]) =>
      sumOf(trouble.filter((one) => one.watchName === name && statuses.includes(one.status)).map((one) => one.count))
    const report = reports.get(name) ?? null
    return {
      name, path, report, lastArrival: arrivals.get(name) ?? null,
      backlog: count(openStatuses), failed: count(['failed']), unaccounted: unaccountedIn(report),
    }
  })
}

/** Seen in the last look = in the ledger + settling; what is ignored or unmatched stands on both sides. */
const unaccountedIn = (report: WatchReport | null): number | null =>
  report === null || report.rows === null || report.state !== 'ok'
    ? null : Math.max(0, report.seen - report.rows - report.settling)
