import type { Status } from '../domain/status.ts'
import { toColumn } from '../domain/time.ts'
import type { Sql } from '../world.ts'
import { beforeAll, beyond, byDetection, isBeyond, type Reached } from './by-detection.ts'
import type { Chosen, Decision } from './requeue.ts'

/** What may stand in the alarms. */
export const alarming = [
  'failed', 'integrity_failed', 'timed_out', 'retry_pending', 'waiting', 'not_selected', 'detected',
] as const satisfies readonly Status[]
export type AlarmingStatus = (typeof alarming)[number]

/** Components that are looked at in one transaction. */
const pageSize = 500

/** Takes groups off the alarms, for a reason; their rows and statuses stay what they are. Gives how many groups and how
 *  many of their components. A group that is dismissed already keeps its reason. */
export const dismiss = async (
  sql: Sql, { status, ...chosen }: Omit<Chosen, 'status'> & { readonly status: AlarmingStatus | null },
  reason: string, decision: Decision,
): Promise<{ readonly groups: number; readonly components: number }> => {
  const sum = { groups: 0, components: 0 }
  const wanted = status === null ? alarming : [status]
  for (const one of wanted) {
    for (let reached: Reached | undefined = beforeAll; reached !== undefined; ) {
      const question: Question = { ...chosen, status: one, wanted, reached }
      const page = await sql.transaction((tx) => dismissPage(tx, question, reason, decision))
      sum.groups += page.groups
      sum.components += page.components
      reached = page.reached
    }
  }
  return sum
}

type Question = Chosen<AlarmingStatus> & { readonly wanted: readonly AlarmingStatus[]; readonly reached: Reached }
type Page = { readonly groups: number; readonly components: number; readonly reached: Reached | undefined }

const dismissPage = async (
  tx: Sql, { watchName, groupKey, status, wanted, reached }: Question, reason: string, { now, actor }: Decision,
): Promise<Page> => {
  const rows = await tx.all<Reached & { groupId: number }>(
    `select c.id, c.group_id as "groupId", c.detected_at as "at" from file_components c join files f on f.id = c.group_id
      where c.status = ? and f.dismissed is null
        and c.watch_name = coalesce(?, c.watch_name) and f.group_key = coalesce(?, f.group_key) and ${isBeyond}
      ${byDetection} limit ${pageSize}`,
    [status, watchName, groupKey, ...beyond(reached)],
  )
  const groups = [...new Set(rows.map((row) => row.groupId))]
  const ids = JSON.stringify(groups)
  await tx.run('update files set dismissed = ?, modified_at = ? where id in (select value from json_each(?))', [
    reason, toColumn(now), ids,
  ])
  const { changes } = await tx.run(
    `insert into events (component_id, group_id, at, from_status, to_status, stage, detail, actor)
     select id, group_id, ?, status, status, 'dismiss', ?, ? from file_components
      where group_id in (select value from json_each(?)) and coalesce(status, '') in (select value from json_each(?)) order by id`,
    [toColumn(now), reason, actor, ids, JSON.stringify(wanted)],
  )
  return { groups: groups.length, components: changes, reached: rows.length < pageSize ? undefined : rows.at(-1) }
}
