import type { Sql } from '../world.ts'

/** Under which rules of each watch something was decided last that other rules may decide otherwise: digests of rule sets, by
 *  watch. One walk for all watches, where each of many would walk past what is of the others. */
export const decidedUnder = async (sql: Sql): Promise<ReadonlyMap<string, readonly string[]>> => {
  const rows = await sql.all<{ watchName: string; digest: string }>(
    `select distinct f.watch_name as "watchName", f.rules_digest as digest from file_components c cross join files f
      where f.id = c.group_id and c.status in ('integrity_failed', 'not_selected', 'waiting', 'retry_pending')
        and f.is_latest = 1 and f.rules_digest is not null`,
  )
  return new Map([...Map.groupBy(rows, (row) => row.watchName)].map(([name, own]) => [name, own.map((row) => row.digest)]))
}
