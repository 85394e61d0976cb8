import { isArchived, type Component } from '../domain/component.ts'
import type { Group } from '../domain/group.ts'
import type { Sql } from '../world.ts'
import { toComponent, toGroup, type ComponentRow, type GroupRow } from './rows.ts'

/** The newest generation of each of these groups with its members, and the archived members of the generation
 *  before: there may be a million older ones of a name that is delivered again each minute, and none of them is read.
 *  By `groupDigest`; a group that the ledger does not know is absent. */
export const loadGroups = async (sql: Sql, groupDigests: readonly string[]): Promise<ReadonlyMap<string, Group>> => {
  if (groupDigests.length === 0) return new Map()
  const rows = await sql.all<GroupRow>(
    `select f.* from files f
       join (select group_digest, max(generation) - 1 as since from files
              where group_digest in (select value from json_each(?)) group by group_digest) newest
         on f.group_digest = newest.group_digest and f.generation >= newest.since
      order by f.generation`,
    [JSON.stringify(groupDigests)],
  )
  const components = Map.groupBy(await componentsOf(sql, rows.map((row) => row.id)), (row) => row.group_id)
  const membersOf = (row: GroupRow): readonly Component[] => (components.get(row.id) ?? []).map(toComponent)
  const groups = new Map<string, Group>()
  for (const [digest, generations] of Map.groupBy(rows, (row) => row.group_digest)) {
    const [before, latest] = [generations.at(-2), generations.at(-1)]
    if (latest === undefined) continue
    const members = membersOf(latest)
    const previous = before === undefined ? [] : membersOf(before).filter(isArchived)
    groups.set(digest, toGroup(latest, members, previous))
  }
  return groups
}

const componentsOf = (sql: Sql, groupIds: readonly number[]): Promise<ComponentRow[]> =>
  sql.all<ComponentRow>(
    `select id, group_id, source_path, source_bytes, role, origin, archive_name, archive_key, archive_path, archive_digest,
            size_bytes, mtime_ns, ctime_ns, device, inode, seen, sha256, status, in_delivery, retry_count, next_retry_at, error_message, detected_at
       from file_components where group_id in (select value from json_each(?)) order by id`,
    [JSON.stringify(groupIds)],
  )
