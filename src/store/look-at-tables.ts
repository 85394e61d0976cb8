import type { Sql } from '../world.ts'
import { dialects } from './dialects.ts'

/** After many rows came at once: until it looks by itself, a minute or so later, PostgreSQL takes full tables for empty ones
 *  and reads all of `events` for each component. */
export const lookAtTables = async (sql: Sql): Promise<void> => {
  const { filled } = dialects[sql.dialect]
  if (filled !== null) await sql.run(filled)
}
