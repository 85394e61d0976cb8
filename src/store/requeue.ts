import type { Status } from '../domain/status.ts'
import { toColumn, type Instant } from '../domain/time.ts'
import type { Sql, SqlValue } from '../world.ts'
import { beforeAll, beyond, byDetection, isBeyond, type Reached } from './by-detection.ts'

/** What `retry` brings back, and what each then is. A component whose retries are used up gets them anew. */
export const retried = {
  failed: 'retry_pending',
  integrity_failed: 'detected',
  timed_out: 'detected',
  not_selected: 'detected',
} as const satisfies Partial<Record<Status, Status>>
export type RetriedStatus = keyof typeof retried

/** Which components a person means; null: whichever. */
export type Chosen<S extends Status = Status> = {
  readonly watchName: string | null
  readonly groupKey: string | null
  readonly status: S
}

/** What a person's decision is recorded with. */
export type Decision = { readonly now: Instant; readonly actor: string }

export type Requeued = {
  readonly components: number
  /** Left as they are, since their files are not in the delivery any more. */
  readonly gone: number
}

/** Brings components back into the pipeline, page by page, each page whole or not at all. Their groups become due and
 *  return to the alarms. Only the latest generation of a group can be tried again. */
export const requeue = async (sql: Sql, chosen: Chosen<RetriedStatus>, decision: Decision): Promise<Requeued> => {
  let components = 0
  for (let reached: Reached | undefined = beforeAll; reached !== undefined; ) {
    const after: Reached = reached
    const page = await sql.transaction((tx) => requeuePage(tx, chosen, after, decision))
    components += page.length
    reached = page.length < pageSize ? undefined : page.at(-1)
  }
  return { components, gone: await countGone(sql, chosen) }
}

/** Components in one transaction. */
const pageSize = 500

const condition = `c.status = ? and f.is_latest = 1 and c.watch_name = coalesce(?, c.watch_name) and f.group_key = coalesce(?, f.group_key)`

const valuesOf = ({ status, watchName, groupKey }: Chosen): SqlValue[] => [status, watchName, groupKey]

const requeuePage = async (
  tx: Sql, chosen: Chosen<RetriedStatus>, reached: Reached, { now, actor }: Decision,
): Promise<readonly Reached[]> => {
  const rows = await tx.all<Reached & { group_id: number }>(
    `select c.id, c.group_id, c.detected_at as "at" from file_components c join files f on f.id = c.group_id
      where ${condition} and c.in_delivery = 1 and ${isBeyond} ${byDetection} limit ${pageSize}`,
    [...valuesOf(chosen), ...beyond(reached)],
  )
  const [at, to] = [toColumn(now), retried[chosen.status]]
  await tx.many(
    `update file_components
        set status = ?, retry_count = 0, next_retry_at = ?, error_message = case when ? = 'detected' then null else error_message end
      where id = ?`,
    rows.map(({ id }) => [to, to === 'retry_pending' ? at : null, to, id]),
  )
  await tx.many(
    'update files set due_at = ?, dismissed = null, modified_at = ? where id = ?',
    [...new Set(rows.map((row) => row.group_id))].map((id) => [at, at, id]),
  )
  await tx.many(
    `insert into events (component_id, group_id, at, from_status, to_status, stage, detail, actor)
     values (?, ?, ?, ?, ?, 'retry', 'asked for by a person', ?)`,
    rows.map(({ id, group_id }) => [id, group_id, at, chosen.status, to, actor]),
  )
  return rows
}

const countGone = async (sql: Sql, chosen: Chosen): Promise<number> => {
  const [row] = await sql.all<{ count: number }>(
    `select count(*) as count from file_components c join files f on f.id = c.group_id where ${condition} and c.in_delivery = 0`,
    valuesOf(chosen),
  )
  return row?.count ?? 0
}
