import type { Group } from '../domain/group.ts'
import type { Sql } from '../world.ts'
import { toGroup, type GroupRow } from './rows.ts'

/** A page of the complete groups of these watches that have metadata, newest generations only, by id; without members.
 *  Pages follow the ids: `coalesce` keeps the engine from walking another index whole for each. */
export const completeGroups = async (
  sql: Sql, watchNames: readonly string[], { after, limit }: { after: number; limit: number },
): Promise<readonly Group[]> => {
  const rows = await sql.all<GroupRow>(
    `select * from files where id > ? and coalesce(complete, 0) = 1 and is_latest = 1 and metadata is not null
        and coalesce(watch_name, '') in (select value from json_each(?)) order by id limit ?`,
    [after, JSON.stringify(watchNames), limit],
  )
  return rows.map((row) => toGroup(row, [], []))
}
