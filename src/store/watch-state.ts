import type { Path } from '../domain/path.ts'
import { fromColumn, toColumn, type Instant } from '../domain/time.ts'
import type { FileSystem, Sql } from '../world.ts'

/** How a delivery directory stands.
 *  - `ok`: it is there and was read
 *  - `missing`: nothing stands at its path, or no directory
 *  - `unreadable`: permissions or the disk refuse it
 *  - `not_mounted`: another file system than before stands there
 *  - `unresponsive`: its file system does not answer */
export const watchStates = ['ok', 'missing', 'unreadable', 'not_mounted', 'unresponsive'] as const
export type WatchStanding = (typeof watchStates)[number]

/** A file that had not settled; `told`: the log has a line on it. */
export type UnsettledFile = {
  readonly path: Path
  readonly since: Instant
  readonly lacks: string | null
  readonly told: boolean
}

/** A watch as the service saw it at its last look. */
export type WatchReport = {
  readonly name: string
  readonly path: Path
  readonly state: WatchStanding
  /** What is wrong and what to do; null when all is well. */
  readonly trouble: string | null
  /** How it is told of changes; null for a single look. */
  readonly backend: 'inotify' | 'fs.watch' | 'poll' | null
  /** Why this backend and no better. */
  readonly reason: string | null
  /** Files under its patterns. */
  readonly seen: number
  readonly ignored: number
  readonly unmatched: number
  readonly subdirsNotEntered: number
  /** Names that only differ in case from a pattern. */
  readonly nearMisses: number
  /** A few names of what was ignored or unmatched, for people. */
  readonly samples: readonly string[]
  /** Files that the look saw and that still settle. */
  readonly settling: number
  /** The oldest of them, with what they lack besides quiet. */
  readonly unsettled: readonly UnsettledFile[]
  /** How many have been settling for longer than `settle_max`. */
  readonly restless: number
  /** Files that the look saw and that the ledger has, or has been given since; null: not counted. */
  readonly rows: number | null
  /** Files that a look found and no hint had announced. */
  readonly missedHints: number
  readonly lastScanAt: Instant | null
  readonly fileSystem: FileSystem | null
  readonly freeBytes: number | null
}

/** The database's detail has the names that its columns would have: people query them. */
type Renamed = 'subdirsNotEntered' | 'nearMisses' | 'missedHints' | 'lastScanAt' | 'fileSystem' | 'freeBytes' | 'unsettled' | 'restless'
type Detail = Omit<WatchReport, 'name' | Renamed> & {
  readonly subdirs_not_entered: number
  readonly near_misses: number
  readonly missed_hints: number
  readonly last_scan_at: string | null
  readonly file_system: FileSystem | null
  readonly free_bytes: number | null
  /** Not there in what an older version wrote. */
  readonly unsettled?: readonly (Omit<UnsettledFile, 'since'> & { readonly since: string })[]
  readonly restless?: number
}

/** Keeps what was seen of each watch in place of what was seen before, all at once. */
export const writeWatchReports = async (sql: Sql, reports: readonly WatchReport[], now: Instant): Promise<void> => {
  if (reports.length === 0) return
  await sql.many(
    `insert into watch_state (name, updated_at, detail) values (?, ?, ?)
     on conflict (name) do update set updated_at = excluded.updated_at, detail = excluded.detail`,
    reports.map((report) => [report.name, toColumn(now), JSON.stringify(detailOf(report))]),
  )
}

const detailOf = (report: WatchReport): Detail => {
  const { name: _, subdirsNotEntered, nearMisses, missedHints, lastScanAt, fileSystem, freeBytes, unsettled, ...same } = report
  return {
    ...same,
    subdirs_not_entered: subdirsNotEntered,
    near_misses: nearMisses,
    missed_hints: missedHints,
    last_scan_at: lastScanAt === null ? null : toColumn(lastScanAt),
    file_system: fileSystem,
    free_bytes: freeBytes,
    unsettled: unsettled.map((one) => ({ ...one, since: toColumn(one.since) })),
  }
}

/** The last report of every watch that was ever looked at, by name. */
export const watchReports = async (sql: Sql): Promise<ReadonlyMap<string, WatchReport>> => {
  const rows = await sql.all<{ name: string; detail: string }>('select name, detail from watch_state order by name')
  return new Map(rows.map(({ name, detail }) => [name, toReport(name, JSON.parse(detail) as Detail)]))
}

/** The file system that a watch stood on when it was last looked at; null where that is not known. */
export const fileSystemOfWatch = async (sql: Sql, name: string): Promise<FileSystem | null> => {
  const [row] = await sql.all<{ detail: string }>('select detail from watch_state where name = ?', [name])
  return row === undefined ? null : ((JSON.parse(row.detail) as Partial<Detail>).file_system ?? null)
}

const toReport = (name: string, detail: Detail): WatchReport => {
  const {
    subdirs_not_entered, near_misses, missed_hints, last_scan_at, file_system, free_bytes, unsettled = [], restless = 0, ...same
  } = detail
  return {
    name,
    ...same,
    subdirsNotEntered: subdirs_not_entered,
    nearMisses: near_misses,
    missedHints: missed_hints,
    lastScanAt: last_scan_at === null ? null : fromColumn(last_scan_at),
    fileSystem: file_system,
    freeBytes: free_bytes,
    restless,
    unsettled: unsettled.map((one) => ({ ...one, since: fromColumn(one.since) })),
  }
}
