import type { Sql } from '../world.ts'

/** How many complete groups have no metadata, though they still have a member that was neither removed nor replaced.
 *  A group whose rules ask for none has an empty table and is not among them. */
export const missingMetadata = async (sql: Sql): Promise<number> => {
  const [row] = await sql.all<{ count: number }>(
    `select count(*) as count from files f
      where f.complete = 1 and f.metadata is null and f.dismissed is null
        and exists (select 1 from file_components c
                     where c.group_id = f.id and c.status not in ('cleared', 'superseded'))`,
  )
  return row?.count ?? 0
}
