import { toColumn, type Instant } from '../domain/time.ts'
import type { Path } from '../domain/path.ts'
import type { Sql } from '../world.ts'

/** Groups of these watches whose time has come: a retry, a time-out, a person's wish, changed rules. Longest due first. Those
 *  of a watch that nobody works on stay due, and must not stand before all others. `coalesce` keeps to the order of times. */
export const dueGroups = (
  sql: Sql, watchNames: readonly string[], now: Instant, limit: number,
): Promise<{ watchName: string; key: Path }[]> =>
  sql.all(
    `select watch_name as "watchName", group_key as "key" from files
      where due_at <= ? and is_latest = 1 and coalesce(watch_name, '') in (select value from json_each(?)) order by due_at limit ?`,
    [toColumn(now), JSON.stringify(watchNames), limit],
  )
