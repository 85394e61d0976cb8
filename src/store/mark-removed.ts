import type { Path } from '../domain/path.ts'
import { toColumn, type Instant } from '../domain/time.ts'
import type { Sql } from '../world.ts'
import { pathDigest } from './digest.ts'

/** What became of the sources of a `move`, after their bytes were recorded as archived. */
export type SourceEnd = { readonly path: Path; readonly removed: boolean; readonly reason: string | null }

/** A source that is gone leaves the delivery; one that could not be removed keeps the reason with its row. */
export const markRemoved = (sql: Sql, ends: readonly SourceEnd[], now: Instant): Promise<void> =>
  sql.transaction(async (tx) => {
    await tx.many(
      `update file_components set in_delivery = 0, cleared_at = ?, error_message = null
        where current_digest = ? and status = 'archived'`,
      ends.filter((one) => one.removed).map((one) => [toColumn(now), pathDigest(one.path)]),
    )
    await tx.many(
      "update file_components set error_message = ? where current_digest = ? and status = 'archived'",
      ends.filter((one) => one.reason !== null).map((one) => [one.reason, pathDigest(one.path)]),
    )
  })
