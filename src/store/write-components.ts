import type { Component } from '../domain/component.ts'
import type { Group } from '../domain/group.ts'
import { baseName, parentOf, pathBytes, showPath, type Path } from '../domain/path.ts'
import type { Instant } from '../domain/time.ts'
import type { Sql, SqlValue } from '../world.ts'
import { lastFew, pathDigest } from './digest.ts'
import { Overtaken } from './overtaken.ts'
import { columnOf, columnOrNull } from './time-columns.ts'

type Written = {
  readonly one: Component; readonly group: Group; readonly groupId: number; readonly id: number
  /** Of the path. */
  readonly digest: string
}

const componentColumns = [
  'watch_name', 'filename', 'source_path', 'source_bytes', 'path_digest', 'current_digest', 'directory_digest',
  'generation', 'group_id', 'origin', 'role', 'archive_name', 'archive_key', 'archive_path', 'archive_digest',
  'size_bytes', 'mtime_ns', 'ctime_ns', 'device', 'inode', 'seen', 'sha256', 'status', 'in_delivery', 'error_message',
  'retry_count', 'next_retry_at', 'in_archive', 'detected_at',
]

const insertComponent =
  `insert into file_components (id, ${componentColumns.join(', ')}, archived_at)
   values (?${', ?'.repeat(componentColumns.length)}, ?)`

/** The path and its digests never change; a row that left the status it had when the batch began is not ours. */
const updateComponent =
  `update file_components
      set archive_name = ?, archive_key = ?, archive_path = ?, archive_digest = ?, size_bytes = ?, mtime_ns = ?,
          ctime_ns = ?, device = ?, inode = ?, seen = ?, sha256 = ?, status = ?, in_delivery = ?, error_message = ?, retry_count = ?,
          next_retry_at = ?,
          last_retry_at = case when status = 'retry_pending' then ? else last_retry_at end,
          archived_at = coalesce(?, archived_at),
          in_archive = case when ? = 1 then 1 when ? = 'superseded' then 0 else in_archive end,
          cleared_at = case when ? = 1 then null else coalesce(cleared_at, ?) end
    where id = ? and status = ?`

/** Adds rows of new components and updates those of known ones; fails where one left the status it had. */
export const writeComponents = async (tx: Sql, written: readonly Written[], now: Instant): Promise<void> => {
  const added = written.filter(({ one }) => one.id === null)
  await tx.run(
    `update file_components set current_digest = null, in_delivery = 0
      where current_digest in (select value from json_each(?))`,
    [JSON.stringify(added.map(({ digest }) => digest))],
  )
  await tx.many(insertComponent, added.map((each) => [each.id, ...componentValues(each), archivedAt(each.one, now)]))
  for (const { one, id } of written) {
    if (one.id === null) continue
    const { changes } = await tx.run(updateComponent, [
      ...placeValues(one), ...identityValues(one), ...stateValues(one), columnOf(now), archivedAt(one, now),
      Number(archivedAt(one, now) !== null), one.status, Number(one.inDelivery), columnOf(now), id, one.before,
    ])
    if (changes !== 1) throw new Overtaken(`component ${id} is not ${one.before} any more`)
  }
}

const archivedAt = (one: Component, now: Instant): string | null =>
  one.steps.some((step) => step.to === 'archived' && step.from !== 'archived') ? columnOf(now) : null

/** Most files of a batch stand in the same few directories. */
const directoryDigest = lastFew(pathDigest)

const componentValues = ({ one, group, groupId, digest }: Written): SqlValue[] => [
  group.watchName, showPath(baseName(one.path)), showPath(one.path), bytesBeside(one.path),
  digest, digest, directoryDigest(parentOf(one.path)), group.generation, groupId, one.origin,
  one.extension, ...placeValues(one), ...identityValues(one), ...stateValues(one),
  Number(one.status === 'archived'), columnOf(one.detectedAt),
]

/** The bytes themselves, where the text does not give them back by itself. */
const bytesBeside = (path: Path): Uint8Array | null => (showPath(path) === path ? null : pathBytes(path))

const placeValues = ({ place }: Component): SqlValue[] =>
  place === null ? [null, null, null, null]
    : [place.archive, showPath(place.key), showPath(place.path), pathDigest(place.path)]

const identityValues = ({ identity, seen, sha256 }: Component): SqlValue[] => [
  identity.sizeBytes, identity.mtimeNs, identity.ctimeNs, identity.device, identity.inode, seen, sha256,
]

const stateValues = (one: Component): SqlValue[] => [
  one.status, Number(one.inDelivery), one.error, one.retryCount, columnOrNull(one.nextRetryAt),
]
