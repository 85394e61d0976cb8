import { isArchived, type Component, type Step } from '../domain/component.ts'
import type { Group } from '../domain/group.ts'
import { baseName, parentOf, pathBytes, showPath, type Path } from '../domain/path.ts'
import { toColumn, type Instant } from '../domain/time.ts'
import type { Columns } from '../plugin/contract.ts'
import type { Sql, SqlValue } from '../world.ts'
import { dialects } from './dialects.ts'
import { groupDigest, lastFew, pathDigest } from './digest.ts'
import { columnValue, metadataJson } from './plugin-columns.ts'

/** Writes what one batch decided: group rows, component rows, events, all or nothing. Rows that another process
 *  changed meanwhile make the whole batch fail with `Overtaken`: it is as if it had never been. */
export const recordBatch = (
  sql: Sql, groups: readonly Group[], { now, columns, actor }: { now: Instant; columns: Columns; actor?: string },
): Promise<readonly number[]> =>
  sql.transaction(async (tx) => {
    const ids = await nextIds(tx)
    const numbered = groups.map((group) => ({ group, id: group.id ?? ids.group++ }))
    await writeGroups(tx, await withSequence(tx, numbered), columns, now)
    await supersede(tx, numbered.filter(({ group }) => group.supersedes), now)
    const components = numbered.flatMap(({ group, id }) =>
      group.members.filter(isChanged).map((one) => ({ one, group, groupId: id, id: one.id ?? ids.component++, digest: pathDigest(one.path) })))
    await writeComponents(tx, components, now)
    await writeEvents(tx, components.flatMap(({ one, id, groupId }) =>
      one.steps.map((step) => ({ step, componentId: id, groupId }))), { now, first: await nextEventId(tx), actor: actor ?? null })
    const { idsTaken } = dialects[sql.dialect]
    if (idsTaken !== null) await tx.all(idsTaken)
    return numbered.map((one) => one.id)
  })

/** What a later generation replaced in the archive is not there any more. */
const supersede = async (tx: Sql, replacing: readonly Numbered[], now: Instant): Promise<void> => {
  const older = `group_id in (select id from files where group_digest = ? and generation < ?) and status = 'archived'`
  const names = replacing.map(({ group }) => ({ digest: groupDigest(group.watchName, group.key), generation: group.generation }))
  await tx.many(
    `insert into events (component_id, group_id, at, from_status, to_status, stage, detail, actor)
     select id, group_id, ?, 'archived', 'superseded', 'archive', ?, 'archive' from file_components where ${older}`,
    names.map(({ digest, generation }) => [toColumn(now), `generation ${generation} replaced it`, digest, generation]),
  )
  await tx.many(
    `update file_components set status = 'superseded', in_archive = 0, in_delivery = 0, current_digest = null where ${older}`,
    names.map(({ digest, generation }) => [digest, generation]),
  )
}

/** Another process wrote these rows first. */
export class Overtaken extends Error {}

type Numbered = { readonly group: Group; readonly id: number }
type Written = {
  readonly one: Component; readonly group: Group; readonly groupId: number; readonly id: number
  /** Of the path. */
  readonly digest: string
}

const isChanged = (one: Component): boolean => one.id === null || one.touched || one.steps.length > 0

const nextIds = async (tx: Sql): Promise<{ group: number; component: number }> => {
  const [row] = await tx.all<{ group: number; component: number }>(
    `select (select coalesce(max(id), 0) + 1 from files) as "group",
            (select coalesce(max(id), 0) + 1 from file_components) as component`,
  )
  return row ?? { group: 1, component: 1 }
}

const nextEventId = async (tx: Sql): Promise<number> => {
  const [row] = await tx.all<{ id: number }>('select coalesce(max(id), 0) + 1 as id from events')
  return row?.id ?? 1
}

/** Groups archived for the first time take their place in the order of commits. */
const withSequence = async (tx: Sql, numbered: readonly Numbered[]): Promise<readonly Numbered[]> => {
  const isNew = ({ group }: Numbered) => group.receipt !== null && group.completedSeq === null
  const count = numbered.filter(isNew).length
  if (count === 0) return numbered
  await tx.run("update counters set value = value + ? where name = 'completed_seq'", [count])
  const [row] = await tx.all<{ value: number }>("select value from counters where name = 'completed_seq'")
  let next = (row?.value ?? count) - count + 1
  return numbered.map((one) => (isNew(one) ? { ...one, group: { ...one.group, completedSeq: next++ } } : one))
}

const groupColumns = [
  'watch_name', 'file_type', 'group_key', 'group_digest', 'generation', 'complete', 'archive_name', 'archive_path',
  'name_number', 'metadata', 'rules_digest', 'selected_by', 'routed_by', 'due_at', 'held_by', 'warned_at',
  'last_arrival_at', 'release_requested', 'completed_at', 'completed_seq', 'modified_at', 'created_at',
]

const writeGroups = async (tx: Sql, numbered: readonly Numbered[], columns: Columns, now: Instant): Promise<void> => {
  const names = [...groupColumns, ...Object.keys(columns)]
  const quoted = names.map((name) => `"${name}"`)
  const values = ({ group }: Numbered): SqlValue[] => [
    ...groupValues(group, now),
    ...Object.entries(columns).map(([name, column]) => columnValue(column.type, group.metadata?.[name])),
  ]
  const [added, known] = [numbered.filter((one) => one.group.id === null), numbered.filter((one) => one.group.id !== null)]
  await tx.many(
    'update files set is_latest = 0, due_at = null, held_by = null where group_digest = ? and generation < ?',
    added.filter(({ group }) => group.generation > 1).map(({ group }) => [
      groupDigest(group.watchName, group.key), group.generation,
    ]),
  )
  await tx.many(
    `insert into files (id, ${quoted.join(', ')}) values (?${', ?'.repeat(names.length)})`,
    added.map((one) => [one.id, ...values(one)]),
  )
  await endDismissals(tx, known)
  const update = `update files set ${quoted.map((name) => `${name} = ?`).join(', ')} where id = ? and release_requested = ?`
  for (const one of known) {
    const { changes } = await tx.run(update, [...values(one), one.id, Number(one.group.releaseRequested)])
    if (changes !== 1) throw new Overtaken(`a person asked for group ${one.id} meanwhile`)
  }
}

/** A person's word that a trouble is known holds until content changes. */
const endDismissals = async (tx: Sql, known: readonly Numbered[]): Promise<void> => {
  const changed = known.filter(({ group }) => group.members.some((one) => one.steps.some((each) => each.to === 'detected')))
  await tx.run('update files set dismissed = null where dismissed is not null and id in (select value from json_each(?))', [
    JSON.stringify(changed.map((one) => one.id)),
  ])
}

const groupValues = (group: Group, now: Instant): SqlValue[] => [
  group.watchName, group.fileType, group.key, groupDigest(group.watchName, group.key), group.generation,
  Number(group.complete), group.archiveName, archivePathOf(group), group.number, metadataJson(group.metadata),
  group.rulesDigest, group.selectedBy, group.routedBy, time(group.dueAt), group.heldBy, time(group.warnedAt),
  time(group.lastArrivalAt), Number(group.releaseRequested), time(group.completedAt), group.completedSeq,
  time(now), time(group.createdAt),
]

/** Where the primary member stands, else the first archived one. */
const archivePathOf = (group: Group): string | null => {
  const archived = group.members.filter(isArchived)
  const path = (archived.find((one) => one.extension === group.primaryExtension) ?? archived[0])?.place?.path
  return path === undefined ? null : showPath(path)
}

const time = (at: Instant | null): string | null => (at === null ? null : columnOf(at))

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

const writeComponents = async (tx: Sql, written: readonly Written[], now: Instant): Promise<void> => {
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

/** The same few instants stand in thousands of rows. */
const columnOf = lastFew(toColumn)

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
  one.status, Number(one.inDelivery), one.error, one.retryCount, time(one.nextRetryAt),
]

type WrittenStep = { readonly step: Step; readonly componentId: number; readonly groupId: number }

const writeEvents = (
  tx: Sql, steps: readonly WrittenStep[], { now, first, actor }: { now: Instant; first: number; actor: string | null },
): Promise<void> =>
  tx.many(
    `insert into events (id, component_id, group_id, at, from_status, to_status, stage, detail, actor)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    steps.map(({ step, componentId, groupId }, index) => [
      first + index, componentId, groupId, columnOf(now), step.from, step.to, step.stage, step.detail, actor ?? step.stage,
    ]),
  )
