import { fromColumn, type Instant } from '../domain/time.ts'
import type { Sql } from '../world.ts'
import { dialects } from './dialects.ts'

/** What time it is for all who share a database: by its server's clock; of a file, by this host's, which is `now`. */
export const databaseNow = async (sql: Sql, now: Instant): Promise<Instant> => {
  if (sql.dialect === 'sqlite') return now
  const [row] = await sql.all<{ now: string }>(`select ${dialects[sql.dialect].now(0)} as now`)
  return row === undefined ? now : fromColumn(row.now)
}
