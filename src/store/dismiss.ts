import type { Status } from '../domain/status.ts'
import { toColumn } from '../domain/time.ts'
import type { Sql } from '../world.ts'
import type { Chosen, Decision } from './requeue.ts'

/** What may stand in the alarms. */
export const alarming = [
  'failed', 'integrity_failed', 'timed_out', 'retry_pending', 'waiting', 'not_selected', 'detected',
] as const satisfies readonly Status[]
export type AlarmingStatus = (typeof alarming)[number]

/** Groups in one transaction. */
const pageSize = 500

/** Takes groups off the alarms, for a reason; their rows and statuses stay what they are. Gives how many groups and how
 *  many of their components. A group that is dismissed already keeps its reason. */
export const dismiss = async (
  sql: Sql, { status, ...chosen }: Omit<Chosen, 'status'> & { readonly status: AlarmingStatus | null },
  reason: string, decision: Decision,
): Promise<{ readonly groups: number; readonly components: number }> => {
  const sum = { groups: 0, components: 0 }
  const wanted = status === null ? alarming : [status]
  for (;;) {
    const page = await sql.transaction((tx) => dismissPage(tx, chosen, wanted, reason, decision))
    sum.groups += page.groups
    sum.components += page.components
    if (page.groups < pageSize) return sum
  }
}

const dismissPage = async (
  tx: Sql, { watchName, groupKey }: Omit<Chosen, 'status'>, wanted: readonly AlarmingStatus[], reason: string,
  { now, actor }: Decision,
): Promise<{ groups: number; components: number }> => {
  const statuses = JSON.stringify(wanted)
  const groups = await tx.all<{ id: number }>(
    `select distinct f.id from file_components c join files f on f.id = c.group_id
      where c.status in (select value from json_each(?)) and f.dismissed is null
        and c.watch_name = coalesce(?, c.watch_name) and f.group_key = coalesce(?, f.group_key)
      limit ${pageSize}`,
    [statuses, watchName, groupKey],
  )
  const ids = JSON.stringify(groups.map((one) => one.id))
  await tx.run('update files set dismissed = ?, modified_at = ? where id in (select value from json_each(?))', [
    reason, toColumn(now), ids,
  ])
  const { changes } = await tx.run(
    `insert into events (component_id, group_id, at, from_status, to_status, stage, detail, actor)
     select id, group_id, ?, status, status, 'dismiss', ?, ? from file_components
      where group_id in (select value from json_each(?)) and status in (select value from json_each(?)) order by id`,
    [toColumn(now), reason, actor, ids, statuses],
  )
  return { groups: groups.length, components: changes }
}
