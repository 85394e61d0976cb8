import { fromColumn, type Instant } from '../domain/time.ts'
import type { Sql } from '../world.ts'

/** When a file last arrived or changed in each of these watches; one that never had any is absent. */
export const lastArrivals = async (sql: Sql, watchNames: readonly string[]): Promise<ReadonlyMap<string, Instant>> => {
  const rows = await sql.all<{ name: string; at: string | null }>(
    `select value as name, (select max(last_arrival_at) from files where watch_name = value) as at from json_each(?)`,
    [JSON.stringify(watchNames)],
  )
  return new Map(rows.flatMap(({ name, at }) => (at === null ? [] : [[name, fromColumn(at)] as const])))
}
