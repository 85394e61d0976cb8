import type { Status } from '../domain/status.ts'
import { toColumn } from '../domain/time.ts'
import type { Sql } from '../world.ts'
import { groupDigest } from './digest.ts'
import type { Decision } from './requeue.ts'

/** How a release ended, and why where it did not begin. */
export type Release =
  | { readonly is: 'released'; readonly members: number }
  | { readonly is: 'unknown' | 'complete' | 'empty' }

type Member = { readonly id: number; readonly status: Status; readonly group_id: number }

/** Asks for an incomplete group to be archived as it is: it becomes due with the wish noted on it. Members that were
 *  given up when its time ran out take part again. `empty`: none of its members could be archived. */
export const release = (
  sql: Sql, { watchName, groupKey }: { readonly watchName: string; readonly groupKey: string }, { now, actor }: Decision,
): Promise<Release> =>
  sql.transaction(async (tx) => {
    const [group] = await tx.all<{ id: number; complete: number }>(
      'select id, complete from files where group_digest = ? and is_latest = 1', [groupDigest(watchName, groupKey)],
    )
    if (group === undefined) return { is: 'unknown' }
    if (group.complete === 1) return { is: 'complete' }
    const members = await tx.all<Member>(
      `select id, status, group_id from file_components
        where group_id = ? and coalesce(status, '') in ('detected', 'waiting', 'retry_pending', 'timed_out')`,
      [group.id],
    )
    if (members.length === 0) return { is: 'empty' }
    const at = toColumn(now)
    await tx.run(
      'update files set release_requested = 1, due_at = ?, dismissed = null, modified_at = ? where id = ?', [at, at, group.id],
    )
    await tx.many(
      "update file_components set status = 'detected', error_message = null where id = ?",
      members.filter((one) => one.status === 'timed_out').map((one) => [one.id]),
    )
    await tx.many(
      `insert into events (component_id, group_id, at, from_status, to_status, stage, detail, actor)
       values (?, ?, ?, ?, ?, 'release', 'to be archived though its group is incomplete', ?)`,
      members.map((one) => [
        one.id, one.group_id, at, one.status, one.status === 'timed_out' ? 'detected' : one.status, actor,
      ]),
    )
    return { is: 'released', members: members.length }
  })
