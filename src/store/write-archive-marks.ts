import { toColumn, type Instant } from '../domain/time.ts'
import type { Sql } from '../world.ts'
import { lastEvent } from './last-event.ts'

/** What a look at an archive showed of one component. */
export type ArchiveMark = {
  readonly id: number
  readonly is: 'missing' | 'back' | 'corrupt' | 'verified'
  /** For the event; a verified one has none. */
  readonly detail: string | null
}

/** Writes marks on components that are archived still, with a note each; what its last event says already is not said
 *  again. */
export const writeArchiveMarks = async (
  sql: Sql, marks: readonly ArchiveMark[], { now, actor }: { now: Instant; actor: string },
): Promise<void> => {
  if (marks.length === 0) return
  const idsOf = (is: ArchiveMark['is']) => marks.filter((one) => one.is === is).map((one) => [one.id])
  await sql.transaction(async (tx) => {
    await tx.many(
      `insert into events (component_id, group_id, at, from_status, to_status, stage, detail, actor)
       select id, group_id, ?, status, status, 'reconcile', ?, ? from file_components
        where id = ? and status = 'archived'
          and coalesce(${lastEvent('detail', 'file_components.id')}, '') <> ?`,
      marks.flatMap(({ id, detail }) => (detail === null ? [] : [[toColumn(now), detail, actor, id, detail]])),
    )
    await tx.many("update file_components set in_archive = 0 where id = ? and status = 'archived'", idsOf('missing'))
    await tx.many("update file_components set in_archive = 1 where id = ? and status = 'archived'", idsOf('back'))
    await tx.many(
      "update file_components set verified_at = ? where id = ? and status = 'archived'",
      idsOf('verified').map(([id]) => [toColumn(now), id ?? 0]),
    )
  })
}
