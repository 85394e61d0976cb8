import type { Sql } from '../world.ts'
import { dialects } from './dialects.ts'

/** Who else is connected to this database, as its server tells; null where nobody is, or where it has no server. Ask before
 *  anything is written, since a connection of our own for that would count. */
export const otherConnection = async (sql: Sql): Promise<string | null> => {
  const { connections } = dialects[sql.dialect]
  if (connections === null) return null
  const [row] = await sql.all<{ who: string }>(connections)
  return row?.who ?? null
}
