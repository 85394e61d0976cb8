import { toColumn, type Instant, type Millis } from '../domain/time.ts'
import type { Sql } from '../world.ts'
import { lastEvent } from './last-event.ts'

/** How many rows break the ledger as far as indexes can tell: archived without a place or a digest, or detected and
 *  nothing decided for longer than `staleMs`. Dismissed groups are left out. */
export const unaccounted = async (sql: Sql, now: Instant, staleMs: Millis): Promise<number> => {
  const [row] = await sql.all<{ count: number }>(
    `select (select count(*) from file_components where status = 'archived' and archive_digest is null) +
            (select count(*) from file_components
              where status = 'archived' and sha256 is null and archive_digest is not null) +
            (select count(*) from file_components c join files f on f.id = c.group_id
              where c.status = 'detected' and c.detected_at < ? and f.dismissed is null
                and coalesce(${lastEvent('at', 'c.id')}, c.detected_at) < ?) as count`,
    [toColumn(now - staleMs), toColumn(now - staleMs)],
  )
  return row?.count ?? 0
}
