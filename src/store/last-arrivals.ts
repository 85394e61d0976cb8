import { fromColumn, type Instant } from '../domain/time.ts'
import type { Sql } from '../world.ts'

/** When a file last arrived or changed in each of these watches; one that never had any is absent. */
export const lastArrivals = async (sql: Sql, watchNames: readonly string[]): Promise<ReadonlyMap<string, Instant>> => {
  const arrivals = await Promise.all(watchNames.map(async (name) => {
    const [row] = await sql.all<{ at: string | null }>('select max(last_arrival_at) as at from files where watch_name = ?', [name])
    return { name, at: row?.at ?? null }
  }))
  return new Map(arrivals.flatMap(({ name, at }) => (at === null ? [] : [[name, fromColumn(at)] as const])))
}
