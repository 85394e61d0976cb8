import { toColumn, type Instant } from '../domain/time.ts'
import type { Sql } from '../world.ts'

/** What the database remembers of an archive: which disk it is, and its trouble as a whole. */
export type ArchiveRow = {
  readonly name: string
  readonly archiveId: string | null
  readonly trouble: string | null
  readonly troubleSince: string | null
}

export const archiveStates = (sql: Sql): Promise<ArchiveRow[]> =>
  sql.all('select name, archive_id as "archiveId", trouble, trouble_since as "troubleSince" from archive_state order by name')

/** Remembers an archive's disk and state. Groups held back by it become due when its trouble ends. */
export const rememberArchive = (
  sql: Sql, { name, archiveId, trouble }: Omit<ArchiveRow, 'troubleSince'>, now: Instant,
): Promise<void> =>
  sql.transaction(async (tx) => {
    await tx.run(
      `insert into archive_state (name, archive_id, trouble, trouble_since) values (?, ?, ?, ?)
       on conflict (name) do update set archive_id = excluded.archive_id, trouble = excluded.trouble,
         trouble_since = case when excluded.trouble is null then null else coalesce(archive_state.trouble_since, excluded.trouble_since) end`,
      [name, archiveId, trouble, trouble === null ? null : toColumn(now)],
    )
    if (trouble === null) {
      await tx.run('update files set due_at = ?, held_by = null where held_by = ?', [toColumn(now), name])
    }
  })

/** Remembers how much room an archive had when it was looked at last. */
export const rememberFreeBytes = async (sql: Sql, name: string, freeBytes: number): Promise<void> => {
  await sql.run('update archive_state set free_bytes = ? where name = ?', [freeBytes, name])
}
