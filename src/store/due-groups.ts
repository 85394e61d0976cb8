import { toColumn, type Instant } from '../domain/time.ts'
import type { Path } from '../domain/path.ts'
import type { Sql } from '../world.ts'

/** Groups whose time has come: a retry, a time-out, a person's wish, changed rules. Longest due first. */
export const dueGroups = (sql: Sql, now: Instant, limit: number): Promise<{ watchName: string; key: Path }[]> =>
  sql.all(
    `select watch_name as "watchName", group_key as "key" from files
      where due_at <= ? and is_latest = 1 order by due_at limit ?`,
    [toColumn(now), limit],
  )
