import type { Path } from '../domain/path.ts'
import { toColumn, type Instant } from '../domain/time.ts'
import type { Sql } from '../world.ts'
import { digestLists, isOneOf, pathDigest } from './digest.ts'

/** The bytes at these archive paths were read back from the disk and are those of the ledger. */
export const markVerified = (sql: Sql, paths: readonly Path[], now: Instant): Promise<void> =>
  sql.many(
    `update file_components set verified_at = ? where ${isOneOf('archive_digest')} and coalesce(status, '') = 'archived'`,
    paths.map((path) => [toColumn(now), ...digestLists([pathDigest(path)])]),
  )
