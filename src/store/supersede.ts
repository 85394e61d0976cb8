import { toColumn, type Instant } from '../domain/time.ts'
import type { Sql } from '../world.ts'
import { groupDigest } from './digest.ts'
import type { Numbered } from './write-groups.ts'

/** What a generation replaced in the archive is not there any more: the one before it, which replaced those before. */
export const supersede = async (tx: Sql, replacing: readonly Numbered[], now: Instant): Promise<void> => {
  const before = `group_id = (select id from files where group_digest = ? and generation = ?) and coalesce(status, '') = 'archived'`
  const names = replacing.map(({ group }) => ({ digest: groupDigest(group.watchName, group.key), generation: group.generation }))
  await tx.many(
    `insert into events (component_id, group_id, at, from_status, to_status, stage, detail, actor)
     select id, group_id, ?, 'archived', 'superseded', 'archive', ?, 'archive' from file_components where ${before}`,
    names.map(({ digest, generation }) => [toColumn(now), `generation ${generation} replaced it`, digest, generation - 1]),
  )
  await tx.many(
    `update file_components set status = 'superseded', in_archive = 0, in_delivery = 0, current_digest = null where ${before}`,
    names.map(({ digest, generation }) => [digest, generation - 1]),
  )
}
