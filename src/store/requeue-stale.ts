import { toColumn, type Instant, type Millis } from '../domain/time.ts'
import type { Sql } from '../world.ts'
import { lastEvent } from './last-event.ts'

/** What got stuck: members that are `detected`, `waiting` or `retry_pending` and to which nothing has happened for longer
 *  than `staleMs`. Their groups become due now, a page of members at a time. What waits for a set time to try again, is
 *  held by its archive or was dismissed is not stuck. Gives how many members, by watch. */
export const requeueStale = async (
  sql: Sql, watchNames: readonly string[], { now, staleMs, limit = 1000 }: { now: Instant; staleMs: Millis; limit?: number },
): Promise<ReadonlyMap<string, number>> => {
  const counts = new Map<string, number>()
  const since = toColumn(now - staleMs)
  for (let last = 0; ; ) {
    const page = await sql.transaction(async (tx) => {
      const rows = await tx.all<Stale>(
        `select c.id, c.group_id as "groupId", c.watch_name as "watchName" from file_components c join files f on f.id = c.group_id
          where c.id > ? and c.status in ('detected', 'waiting', 'retry_pending') and c.detected_at < ?
            and c.watch_name in (select value from json_each(?))
            and f.is_latest = 1 and f.held_by is null and f.dismissed is null
            and not (c.status = 'retry_pending' and f.due_at is not null and f.due_at > ?)
            and coalesce(${lastEvent('at', 'c.id')}, '0001-01-01') < ?
          order by c.id limit ?`,
        [last, since, JSON.stringify(watchNames), toColumn(now), since, limit],
      )
      const groups = JSON.stringify([...new Set(rows.map((row) => row.groupId))])
      await tx.run('update files set due_at = ? where id in (select value from json_each(?))', [toColumn(now), groups])
      return rows
    })
    for (const { watchName } of page) counts.set(watchName, (counts.get(watchName) ?? 0) + 1)
    last = page.at(-1)?.id ?? last
    if (page.length < limit) return counts
  }
}

type Stale = { readonly id: number; readonly groupId: number; readonly watchName: string }
