import type { Path } from '../domain/path.ts'
import { toColumn, type Instant } from '../domain/time.ts'
import type { Sql } from '../world.ts'
import { pathDigest } from './digest.ts'

/** The groups that these delivered files belong to become due then. */
export const lookAgainAt = (sql: Sql, paths: readonly Path[], at: Instant): Promise<void> =>
  sql.many(
    'update files set due_at = ? where id in (select group_id from file_components where current_digest = ?)',
    paths.map((path) => [toColumn(at), pathDigest(path)]),
  )
