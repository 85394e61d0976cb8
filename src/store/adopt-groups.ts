import type { Component } from '../domain/component.ts'
import type { Group } from '../domain/group.ts'
import { baseName, showPath, type Path } from '../domain/path.ts'
import { toColumn, type Instant } from '../domain/time.ts'
import type { Columns } from '../plugin/contract.ts'
import type { Sql, SqlValue } from '../world.ts'
import { digestLists, groupDigest, isOneOf, pathDigest } from './digest.ts'
import { columnValue, metadataJson } from './plugin-columns.ts'

/** Registers files that stood in an archive and were unknown: groups, components, events, all or nothing. Members with
 *  an id are in the ledger already. A file that another process registered meanwhile is left out, and so is a group that
 *  came to be meanwhile. Gives how many files were registered. */
export const adoptGroups = (
  sql: Sql, groups: readonly Group[], { now, columns, actor }: { now: Instant; columns: Columns; actor: string },
): Promise<number> =>
  sql.transaction(async (tx) => {
    const taken = await takenPlaces(tx, groups)
    let count = 0
    for (const group of groups) {
      const added = group.members.filter((one) => one.id === null && !taken.has(placeDigest(one)))
      if (added.length === 0) continue
      const groupId = group.id === null ? await insertGroup(tx, group, columns, now) : await updateGroup(tx, group, columns, now)
      if (groupId === null) continue
      for (const one of added) await insertComponent(tx, one, { group, groupId, now, actor })
      count += added.length
    }
    return count
  })

const placeDigest = (one: Component): string => pathDigest(one.place?.path ?? '')

const takenPlaces = async (tx: Sql, groups: readonly Group[]): Promise<ReadonlySet<string>> => {
  const digests = groups.flatMap((group) => group.members.filter((one) => one.id === null).map(placeDigest))
  const rows = await tx.all<{ digest: string }>(
    `select archive_digest as digest from file_components
      where ${isOneOf('archive_digest')} and coalesce(status, '') = 'archived'`,
    digestLists(digests),
  )
  return new Set(rows.map((row) => row.digest))
}

/** Null where the group is there by now. */
const insertGroup = async (tx: Sql, group: Group, columns: Columns, now: Instant): Promise<number | null> => {
  const names = ['watch_name', 'file_type', 'group_key', 'group_digest', 'generation', 'archive_name', 'created_at',
    'last_arrival_at', ...changing(columns)]
  const values = [
    group.watchName, group.fileType, group.key, groupDigest(group.watchName, group.key), group.generation,
    group.archiveName, toColumn(now), toColumn(now), ...changingValues(group, columns, now),
  ]
  const present = await tx.all('select 1 from files where group_digest = ? and generation = ?', [
    groupDigest(group.watchName, group.key), group.generation,
  ])
  if (present.length > 0) return null
  const [row] = await tx.all<{ id: number }>(
    `insert into files (${names.map((name) => `"${name}"`).join(', ')}) values (?${', ?'.repeat(names.length - 1)}) returning id`,
    values,
  )
  return row?.id ?? null
}

const updateGroup = async (tx: Sql, group: Group, columns: Columns, now: Instant): Promise<number | null> => {
  await tx.run(
    `update files set ${changing(columns).map((name) => `"${name}" = ?`).join(', ')} where id = ?`,
    [...changingValues(group, columns, now), group.id],
  )
  return group.id
}

const changing = (columns: Columns): string[] =>
  ['complete', 'completed_at', 'archive_path', 'metadata', 'rules_digest', 'modified_at', ...Object.keys(columns)]

const changingValues = (group: Group, columns: Columns, now: Instant): SqlValue[] => [
  Number(group.complete), group.completedAt === null ? null : toColumn(group.completedAt), archivePathOf(group),
  metadataJson(group.metadata), group.rulesDigest, toColumn(now),
  ...Object.entries(columns).map(([name, column]) => columnValue(column.type, group.metadata?.[name])),
]

/** Where the primary member stands, else the first. */
const archivePathOf = ({ members, primaryExtension }: Group): string | null => {
  const path: Path | undefined = (members.find((one) => one.extension === primaryExtension) ?? members[0])?.place?.path
  return path === undefined ? null : showPath(path)
}

type Writing = { readonly group: Group; readonly groupId: number; readonly now: Instant; readonly actor: string }

const insertComponent = async (tx: Sql, one: Component, { group, groupId, now, actor }: Writing): Promise<void> => {
  const { place, identity } = one
  if (place === null) throw new Error('an adopted component without a place')
  const [row] = await tx.all<{ id: number }>(
    `insert into file_components
       (watch_name, filename, path_digest, generation, group_id, origin, role, archive_name, archive_key, archive_path,
        archive_digest, size_bytes, mtime_ns, ctime_ns, device, inode, sha256, status, in_delivery, in_archive, detected_at,
        archived_at)
     values (?, ?, ?, ?, ?, 'adopted', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'archived', 0, 1, ?, ?) returning id`,
    [
      group.watchName, showPath(baseName(place.path)), pathDigest(place.path), group.generation, groupId, one.extension,
      place.archive, showPath(place.key), showPath(place.path), pathDigest(place.path), identity.sizeBytes, identity.mtimeNs,
      identity.ctimeNs, identity.device, identity.inode, one.sha256, toColumn(now), toColumn(now),
    ],
  )
  await tx.many(
    `insert into events (component_id, group_id, at, from_status, to_status, stage, detail, actor)
     values (?, ?, ?, ?, ?, ?, ?, ?)`,
    one.steps.map(({ from, to, stage, detail }) => [row?.id ?? null, groupId, toColumn(now), from, to, stage, detail, actor]),
  )
}
