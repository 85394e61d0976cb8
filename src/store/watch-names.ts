import type { Sql } from '../world.ts'

/** The watches that the ledger has groups of, also those that the config does not name any more. Jumps from name to
 *  name in the index. */
export const watchNames = async (sql: Sql): Promise<readonly string[]> => {
  const rows = await sql.all<{ name: string }>(
    `with recursive found (name) as (
       select min(watch_name) from files
       union all
       select (select min(watch_name) from files where watch_name > name) from found where name is not null)
     select name from found where name is not null`,
  )
  return rows.map((row) => row.name)
}
