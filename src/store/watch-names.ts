import type { Sql } from '../world.ts'

/** The watches of the config and those that the ledger has groups of, though the config does not name them any more.
 *  Jumps from name to name in the index. */
export const watchNames = async (
  sql: Sql, { watches }: { readonly watches: readonly { readonly name: string }[] },
): Promise<readonly string[]> => {
  const rows = await sql.all<{ name: string }>(
    `with recursive found (name) as (
       select min(watch_name) from files
       union all
       select (select min(watch_name) from files where watch_name > name) from found where name is not null)
     select name from found where name is not null`,
  )
  return [...new Set([...watches, ...rows].map((one) => one.name))]
}
