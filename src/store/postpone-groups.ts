import { toColumn, type Instant } from '../domain/time.ts'
import type { Sql } from '../world.ts'

/** Looks at these groups again at `dueAt`, and leaves everything else as it is. */
export const postponeGroups = async (sql: Sql, groupDigests: readonly string[], dueAt: Instant): Promise<void> => {
  await sql.run(
    'update files set due_at = ? where is_latest = 1 and group_digest in (select value from json_each(?))',
    [toColumn(dueAt), JSON.stringify(groupDigests)],
  )
}
