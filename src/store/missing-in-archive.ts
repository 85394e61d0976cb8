import type { Sql } from '../world.ts'

/** How many archived components were not found in their archive when somebody looked. */
export const missingInArchive = async (sql: Sql): Promise<number> => {
  const [row] = await sql.all<{ count: number }>(
    "select count(*) as count from file_components where status = 'archived' and in_archive = 0",
  )
  return row?.count ?? 0
}
