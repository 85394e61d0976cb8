import { toColumn, type Instant } from '../domain/time.ts'
import type { Sql } from '../world.ts'

/** Brings back groups that other rules refused or left undecided, but for those that were decided meanwhile. They become
 *  due now. */
export const reopenChangedRules = (sql: Sql, found: readonly number[], rulesDigest: string, now: Instant): Promise<void> =>
  sql.transaction(async (tx) => {
    const groups = await tx.all<{ id: number }>(
      `select f.id from files f where f.id in (select value from json_each(?)) and f.is_latest = 1 and f.rules_digest <> ?
          and exists (select 1 from file_components c where c.group_id = f.id
            and coalesce(c.status, '') in ('integrity_failed', 'not_selected', 'waiting', 'retry_pending'))`,
      [JSON.stringify(found), rulesDigest],
    )
    if (groups.length === 0) return
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
  })
