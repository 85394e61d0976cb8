import { fromColumn, type Instant } from '../domain/time.ts'
import type { Sql } from '../world.ts'

/** An archive as the service saw it last. */
export type ArchiveReport = {
  readonly name: string
  readonly archiveId: string | null
  readonly trouble: string | null
  readonly troubleSince: Instant | null
  /** Null where nobody measured it yet. */
  readonly freeBytes: number | null
  /** Groups that wait for its trouble to end. */
  readonly held: number
}

/** Every archive that was ever used, by name. */
export const archiveReports = async (sql: Sql): Promise<readonly ArchiveReport[]> => {
  const rows = await sql.all<ArchiveStateRow>(
    'select a.*, (select count(*) from files f where f.held_by = a.name) as held from archive_state a order by a.name',
  )
  return rows.map((row) => ({
    name: row.name,
    archiveId: row.archive_id,
    trouble: row.trouble,
    troubleSince: row.trouble_since === null ? null : fromColumn(row.trouble_since),
    freeBytes: row.free_bytes ?? null,
    held: row.held,
  }))
}

type ArchiveStateRow = {
  name: string; archive_id: string | null; trouble: string | null; trouble_since: string | null
  free_bytes?: number | null; held: number
}
