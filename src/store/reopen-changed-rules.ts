import { toColumn, type Instant } from '../domain/time.ts'
import type { Sql } from '../world.ts'

/** Brings back what other rules refused or left undecided: up to `limit` groups of a watch that were decided last under
 *  another digest than this one. They become due now. Gives how many there were. */
export const reopenChangedRules = (
  sql: Sql, watchName: string, rulesDigest: string, { now, limit }: { now: Instant; limit: number },
): Promise<number> =>
  sql.transaction(async (tx) => {
    const groups = await tx.all<{ id: number }>(
      // A cross join: SQLite keeps to the order of one, and would else begin with all groups of the watch.
      `select distinct f.id from file_components c cross join files f
        where f.id = c.group_id and c.status in ('integrity_failed', 'not_selected', 'waiting', 'retry_pending')
          and f.watch_name = ? and f.is_latest = 1 and f.rules_digest <> ? limit ?`,
      [watchName, rulesDigest, limit],
    )
    if (groups.length === 0) return 0
    const ids = JSON.stringify(groups.map((one) => one.id))
    await tx.run(
      `insert into events (component_id, group_id, at, from_status, to_status, stage, detail, actor)
       select id, group_id, ?, status, 'detected', 'record', 'the rules changed', 'record' from file_components
        where group_id in (select value from json_each(?)) and coalesce(status, '') in ('integrity_failed', 'not_selected')`,
      [toColumn(now), ids],
    )
    await tx.run(
      `update file_components set status = 'detected', error_message = null
        where group_id in (select value from json_each(?)) and coalesce(status, '') in ('integrity_failed', 'not_selected')`,
      [ids],
    )
    await tx.run(
      'update files set due_at = ?, rules_digest = ? where id in (select value from json_each(?))',
      [toColumn(now), rulesDigest, ids],
    )
    return groups.length
  })
