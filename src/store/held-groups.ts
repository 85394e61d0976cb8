import { toColumn, type Instant } from '../domain/time.ts'
import type { Sql } from '../world.ts'

/** How many groups an archive in trouble holds back. */
export const heldBy = async (sql: Sql, archiveName: string): Promise<number> => {
  const [row] = await sql.all<{ count: number }>('select count(*) as count from files where held_by = ?', [archiveName])
  return row?.count ?? 0
}

/** Makes the groups due that an archive held back, so that they try their luck. Gives how many there were. */
export const releaseHeld = async (sql: Sql, archiveName: string, now: Instant): Promise<number> => {
  if ((await heldBy(sql, archiveName)) === 0) return 0
  const { changes } = await sql.run('update files set due_at = ?, held_by = null where held_by = ?', [toColumn(now), archiveName])
  return changes
}
