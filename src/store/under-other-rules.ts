import type { Sql } from '../world.ts'

/** Groups of a watch, up to `limit`, that other rules than these refused or left undecided, by their ids. It walks past all
 *  that these rules judged already, so it is asked for many at a time. */
export const underOtherRules = async (sql: Sql, watchName: string, rulesDigest: string, limit: number): Promise<readonly number[]> => {
  const rows = await sql.all<{ id: number }>(
    // A cross join: SQLite keeps to the order of one, and would else begin with all groups of the watch.
    `select distinct f.id from file_components c cross join files f
      where f.id = c.group_id and c.status in ('integrity_failed', 'not_selected', 'waiting', 'retry_pending')
        and f.watch_name = ? and f.is_latest = 1 and f.rules_digest <> ? limit ?`,
    [watchName, rulesDigest, limit],
  )
  return rows.map((one) => one.id)
}
