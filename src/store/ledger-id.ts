import type { Sql } from '../world.ts'

/** What tells this ledger from every other: archives may be shared, what is left in them is its own ledger's. */
export const ledgerIdOf = async (sql: Sql): Promise<string> => {
  const [row] = await sql.all<{ id: string }>('select id from ledger')
  if (row === undefined) throw new Error('the ledger has no id')
  return row.id
}
