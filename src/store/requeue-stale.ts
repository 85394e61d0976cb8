import type { Status } from '../domain/status.ts'
import { toColumn, type Instant, type Millis } from '../domain/time.ts'
import type { Sql } from '../world.ts'
import { beforeAll, beyond, byDetection, isBeyond, type Reached } from './by-detection.ts'
import { lastEvent } from './last-event.ts'

/** What got stuck: members that are `detected`, `waiting` or `retry_pending` and to which nothing has happened for longer
 *  than `staleMs`. Their groups become due now, a page of members at a time. What waits for a set time to try again, is
 *  held by its archive or was dismissed is not stuck. Gives how many members, by watch. */
export const requeueStale = async (
  sql: Sql, watchNames: readonly string[], { now, staleMs, limit = 1000 }: { now: Instant; staleMs: Millis; limit?: number },
): Promise<ReadonlyMap<string, number>> => {
  const counts = new Map<string, number>()
  for (const status of unsettled) {
    for (let reached: Reached | undefined = beforeAll; reached !== undefined; ) {
      const question: Question = { watchNames, status, reached, limit }
      const page = await sql.transaction((tx) => requeuePage(tx, question, toColumn(now), toColumn(now - staleMs)))
      for (const { watchName } of page) counts.set(watchName, (counts.get(watchName) ?? 0) + 1)
      reached = page.length < limit ? undefined : page.at(-1)
    }
  }
  return counts
}

const unsettled = ['detected', 'waiting', 'retry_pending'] as const satisfies readonly Status[]

type Question = {
  readonly watchNames: readonly string[]; readonly status: Status; readonly reached: Reached; readonly limit: number
}
type Stale = Reached & { readonly groupId: number; readonly watchName: string }

const requeuePage = async (
  tx: Sql, { watchNames, status, reached, limit }: Question, now: string, since: string,
): Promise<readonly Stale[]> => {
  const rows = await tx.all<Stale>(
    `select c.id, c.group_id as "groupId", c.watch_name as "watchName", c.detected_at as "at"
       from file_components c join files f on f.id = c.group_id
      where c.status = ? and c.detected_at < ? and ${isBeyond} and c.watch_name in (select value from json_each(?))
        and f.is_latest = 1 and f.held_by is null and f.dismissed is null
        and not (c.status = 'retry_pending' and f.due_at is not null and f.due_at > ?)
        and coalesce(${lastEvent('at', 'c.id')}, '0001-01-01') < ?
      ${byDetection} limit ?`,
    [status, since, ...beyond(reached), JSON.stringify(watchNames), now, since, limit],
  )
  const groups = JSON.stringify([...new Set(rows.map((row) => row.groupId))])
  await tx.run('update files set due_at = ? where id in (select value from json_each(?))', [now, groups])
  return rows
}
