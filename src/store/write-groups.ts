import { isArchived } from '../domain/component.ts'
import type { Group } from '../domain/group.ts'
import { showPath } from '../domain/path.ts'
import type { Instant } from '../domain/time.ts'
import type { Columns } from '../plugin/contract.ts'
import type { Sql, SqlValue } from '../world.ts'
import { groupDigest } from './digest.ts'
import { Overtaken } from './overtaken.ts'
import { columnValue, metadataJson } from './plugin-columns.ts'
import { columnOf, columnOrNull } from './time-columns.ts'

/** A group and the id that its row has or gets. */
export type Numbered = { readonly group: Group; readonly id: number }

const groupColumns = [
  'watch_name', 'file_type', 'group_key', 'group_digest', 'generation', 'complete', 'archive_name', 'archive_path',
  'name_number', 'metadata', 'rules_digest', 'selected_by', 'routed_by', 'due_at', 'held_by', 'warned_at',
  'last_arrival_at', 'release_requested', 'completed_at', 'completed_seq', 'modified_at', 'created_at',
]

/** Adds rows of new groups and updates those of known ones; fails where a person asked for one meanwhile. */
export const writeGroups = async (tx: Sql, numbered: readonly Numbered[], columns: Columns, now: Instant): Promise<void> => {
  const ordered = await withSequence(tx, numbered)
  const names = [...groupColumns, ...Object.keys(columns)]
  const quoted = names.map((name) => `"${name}"`)
  const values = ({ group }: Numbered): SqlValue[] => [
    ...groupValues(group, now),
    ...Object.entries(columns).map(([name, column]) => columnValue(column.type, group.metadata?.[name])),
  ]
  const [added, known] = [ordered.filter((one) => one.group.id === null), ordered.filter((one) => one.group.id !== null)]
  await tx.many(
    'update files set is_latest = 0, due_at = null, held_by = null where group_digest = ? and generation = ?',
    added.filter(({ group }) => group.generation > 1).map(({ group }) => [
      groupDigest(group.watchName, group.key), group.generation - 1,
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
  group.rulesDigest, group.selectedBy, group.routedBy, columnOrNull(group.dueAt), group.heldBy, columnOrNull(group.warnedAt),
  columnOrNull(group.lastArrivalAt), Number(group.releaseRequested), columnOrNull(group.completedAt), group.completedSeq,
  columnOf(now), columnOf(group.createdAt),
]

/** Where the primary member stands, else the first archived one. */
const archivePathOf = (group: Group): string | null => {
  const archived = group.members.filter(isArchived)
  const path = (archived.find((one) => one.extension === group.primaryExtension) ?? archived[0])?.place?.path
  return path === undefined ? null : showPath(path)
}
