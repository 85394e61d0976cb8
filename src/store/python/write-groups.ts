import type { Status } from '../../domain/status.ts'
import type { Column } from '../../plugin/contract.ts'
import type { Sql, SqlValue } from '../../world.ts'
import { dialects } from '../dialects.ts'
import { groupDigest } from '../digest.ts'
import { columnType } from '../plugin-columns.ts'
import type { Names } from './exchange.ts'

/** A group as it is begun: what its members make of it is written when all of them are there. */
export type NewGroup = {
  readonly id: number
  readonly watchName: string
  readonly fileType: string | null
  readonly key: string
  readonly complete: boolean
  readonly archivePath: string | null
  readonly metadata: string | null
  readonly rulesDigest: string | null
  readonly createdAt: string
  readonly completedAt: string | null
  readonly modifiedAt: string
  readonly retentionDate: string | null
  /** The plugin's columns, in the order of `columns`. */
  readonly values: readonly SqlValue[]
}

/** Gives the table the columns of plugins. */
export const addColumns = async (sql: Sql, names: Names, columns: readonly (readonly [string, Column])[]): Promise<void> => {
  for (const [name, { type }] of columns) {
    await sql.run(`alter table ${names.fresh('files')} add column "${name}" ${dialects[sql.dialect][columnType(type)]}`)
  }
}

export const insertGroups = (sql: Sql, names: Names, columns: readonly string[], groups: readonly NewGroup[]): Promise<void> =>
  sql.many(
    `insert into ${names.fresh('files')} (id, watch_name, file_type, group_key, group_digest, complete, archive_path, metadata,
       rules_digest, created_at, completed_at, modified_at, retention_date, last_arrival_at${columns.map((name) => `, "${name}"`).join('')})
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?${', ?'.repeat(columns.length)})`,
    groups.map((one) => [
      one.id, one.watchName, one.fileType, one.key, groupDigest(one.watchName, one.key), Number(one.complete), one.archivePath,
      one.metadata, one.rulesDigest, one.createdAt, one.completedAt, one.modifiedAt, one.retentionDate, one.createdAt, ...one.values,
    ]),
  )

/** Which of these groups are there, by digest. */
export const groupIds = async (sql: Sql, names: Names, digests: readonly string[]): Promise<ReadonlyMap<string, number>> => {
  const rows = await sql.all<{ id: number; digest: string }>(
    `select id, group_digest as digest from ${names.fresh('files')} where group_digest in (select value from json_each(?))`,
    [JSON.stringify(digests)],
  )
  return new Map(rows.map((row) => [row.digest, row.id]))
}

/** The watch of each of these groups, by id. */
export const watchesOfGroups = async (sql: Sql, names: Names, ids: readonly number[]): Promise<ReadonlyMap<number, string>> => {
  const rows = await sql.all<{ id: number; watchName: string }>(
    `select id, watch_name as "watchName" from ${names.fresh('files')} where id in (select value from json_each(?))`, [JSON.stringify(ids)],
  )
  return new Map(rows.map((row) => [row.id, row.watchName]))
}

/** What a member tells of its group. */
export type Member = {
  readonly groupId: number
  readonly extension: string
  readonly status: Status
  readonly origin: 'delivered' | 'adopted'
  readonly archiveName: string | null
  readonly archivePath: string | null
  readonly detectedAt: string
  readonly archivedAt: string | null
}

export type BegunGroup = {
  readonly id: number
  readonly watchName: string
  readonly complete: number
  readonly archivePath: string | null
  readonly completedAt: string | null
  readonly createdAt: string
}

/** A page of the groups that were begun, with their members. */
export const begunPage = async (
  sql: Sql, names: Names, after: number, limit: number,
): Promise<readonly { readonly group: BegunGroup; readonly members: readonly Member[] }[]> => {
  const groups = await sql.all<BegunGroup>(
    `select id, watch_name as "watchName", complete, archive_path as "archivePath", completed_at as "completedAt", created_at as "createdAt"
       from ${names.fresh('files')} where id > ? order by id limit ?`, [after, limit],
  )
  const members = Map.groupBy(await sql.all<Member>(
    `select group_id as "groupId", role as extension, status, origin, archive_name as "archiveName", archive_path as "archivePath",
            detected_at as "detectedAt", archived_at as "archivedAt"
       from ${names.fresh('file_components')} where group_id in (select value from json_each(?)) order by id`,
    [JSON.stringify(groups.map((one) => one.id))],
  ), (one) => one.groupId)
  return groups.map((group) => ({ group, members: members.get(group.id) ?? [] }))
}

/** What the members made of a group. */
export type EndedGroup = {
  readonly id: number
  readonly complete: boolean
  readonly completedAt: string | null
  readonly archiveName: string | null
  readonly archivePath: string | null
  readonly lastArrivalAt: string
  readonly dueAt: string | null
  readonly dismissed: string | null
}

export const endGroups = (sql: Sql, names: Names, groups: readonly EndedGroup[]): Promise<void> =>
  sql.many(
    `update ${names.fresh('files')} set complete = ?, completed_at = ?, archive_name = ?, archive_path = ?, last_arrival_at = ?, due_at = ?,
            dismissed = ? where id = ?`,
    groups.map((one) => [
      Number(one.complete), one.completedAt, one.archiveName, one.archivePath, one.lastArrivalAt, one.dueAt, one.dismissed, one.id,
    ]),
  )

/** Archived groups take their places in the order in which they were completed. */
export const orderArchived = async (sql: Sql, names: Names): Promise<void> => {
  const [files, components] = [names.fresh('files'), names.fresh('file_components')]
  const rows = await sql.all<{ id: number }>(
    `select f.id from ${files} f where exists (select 1 from ${components} c where c.group_id = f.id and c.status = 'archived' and c.origin = 'delivered')
      order by coalesce(f.completed_at, f.created_at), f.id`,
  )
  for (let at = 0; at < rows.length; at += pageSize) {
    await sql.many(`update ${files} set completed_seq = ? where id = ?`, rows.slice(at, at + pageSize).map((row, index) => [at + index + 1, row.id]))
  }
  await sql.run(`update ${names.fresh('counters')} set value = ? where name = 'completed_seq'`, [rows.length])
  const { idsTaken } = dialects[sql.dialect]
  if (idsTaken !== null) await sql.all(idsTaken)
}

const pageSize = 1000
