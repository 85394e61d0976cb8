import type { Group } from '../domain/group.ts'
import { toColumn, type Instant } from '../domain/time.ts'
import type { Sql } from '../world.ts'
import { toComponent, toGroup, type ComponentRow, type GroupRow } from './rows.ts'

export type ArchivedGroupsFilter = {
  readonly watchNames: readonly string[]
  /** Only those without metadata. */
  readonly missing: boolean
  /** Only those archived since then. */
  readonly since: Instant | null
}

/** A page of the groups whose bytes are in an archive, all generations, by id, with their archived members. Pages follow
 *  the ids: `coalesce` keeps the engine from walking an index of watches or statuses whole for each. */
export const archivedGroups = async (
  sql: Sql, { watchNames, missing, since }: ArchivedGroupsFilter, { after, limit }: { after: number; limit: number },
): Promise<readonly Group[]> => {
  const groups = await sql.all<GroupRow>(
    `select * from files f
      where f.id > ? and coalesce(f.watch_name, '') in (select value from json_each(?))
        and (? = 0 or f.metadata is null or f.metadata = '{}')
        and coalesce(f.completed_at, f.created_at) >= ?
        and exists (select 1 from file_components c where c.group_id = f.id and coalesce(c.status, '') = 'archived' and c.in_archive = 1)
      order by f.id limit ?`,
    [after, JSON.stringify(watchNames), Number(missing), since === null ? '0001-01-01' : toColumn(since), limit],
  )
  const components = await sql.all<ComponentRow>(
    `select id, group_id, source_path, source_bytes, role, origin, archive_name, archive_key, archive_path, archive_digest,
            size_bytes, mtime_ns, ctime_ns, device, inode, seen, sha256, status, in_delivery, retry_count, next_retry_at, error_message,
            detected_at
       from file_components
      where group_id in (select value from json_each(?)) and coalesce(status, '') = 'archived' and in_archive = 1 order by id`,
    [JSON.stringify(groups.map((one) => one.id))],
  )
  const byGroup = Map.groupBy(components, (row) => row.group_id)
  return groups.map((row) => toGroup(row, (byGroup.get(row.id) ?? []).map(toComponent), []))
}
