import type { Path } from '../domain/path.ts'
import { toColumn, type Instant } from '../domain/time.ts'
import type { Sql } from '../world.ts'
import { groupDigest, pathDigest } from './digest.ts'

/** What became of the source of a `move`, after its bytes were recorded as archived. */
export type SourceEnd = { readonly path: Path; readonly removed: boolean; readonly reason: string | null }

/** A group that was due since `owedAt`, as long as its sources were there; `dueAt` is what else it waits for. */
export type Owing = {
  readonly watchName: string
  readonly key: Path
  readonly generation: number
  readonly owedAt: Instant
  readonly dueAt: Instant | null
}

/** A source that is gone leaves the delivery; one that could not be removed keeps the reason with its row. */
export const settleMoves = (
  sql: Sql, ends: readonly SourceEnd[], groups: readonly Owing[], now: Instant,
): Promise<void> =>
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
    await tx.many(
      'update files set due_at = ? where group_digest = ? and generation = ? and due_at = ?',
      groups.map((one) => [
        one.dueAt === null ? null : toColumn(one.dueAt), groupDigest(one.watchName, one.key), one.generation,
        toColumn(one.owedAt),
      ]),
    )
  })
