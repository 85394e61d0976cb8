import type { Sql } from '../world.ts'

/** How many files the ledger believes to be in the delivery of each watch; a watch that has none is absent. */
export const inDelivery = async (sql: Sql): Promise<ReadonlyMap<string, number>> => {
  const rows = await sql.all<{ name: string; count: number }>(
    `select watch_name as name, count(*) as count from file_components
      where in_delivery = 1 and current_digest is not null group by watch_name`,
  )
  return new Map(rows.map((row) => [row.name, row.count]))
}
