import type { RuleSet } from '../../config/rules.ts'
import { Fault } from '../../domain/fault.ts'
import type { Status } from '../../domain/status.ts'
import { groupDigest } from '../../store/digest.ts'
import type { Names } from '../../store/python/exchange.ts'
import { groupPage, memberIds, type PythonGroup } from '../../store/python/read.ts'
import { readSurvey, type Surveyed } from '../../store/python/survey.ts'
import { groupIds, insertGroups, type BegunGroup, type EndedGroup, type Member, type NewGroup } from '../../store/python/write-groups.ts'
import type { Sql } from '../../world.ts'
import { moveValue, type MovedColumn } from './columns.ts'
import type { Places } from './places.ts'
import type { Tally } from './tally.ts'

/** Rows in one go. */
const pageSize = 500

export type GroupsParts = {
  readonly names: Names
  readonly columns: readonly MovedColumn[]
  readonly places: Places
  readonly now: string
  readonly odd: Tally
  readonly onPage: (done: number) => void
}

/** Begins a group of ours for each of the Python package's, with its id, its times and its plugin's columns. Gives the
 *  last id. */
export const beginGroups = async (tx: Sql, parts: GroupsParts): Promise<number> => {
  const { names, columns, now, odd, onPage } = parts
  for (let after = 0; ; ) {
    const page = await groupPage(tx, names, columns.map((one) => one.from), after, pageSize)
    const found = await foundOfMembers(tx, names, page)
    const keys = await keysFor(tx, page, found, parts)
    await insertGroups(tx, names, columns.map((one) => one.to), page.map((group): NewGroup => ({
      ...group, key: keys.get(group.id) ?? group.key, metadata: metadataOf(group, odd), rulesDigest: parts.places.watch(group.watchName)?.rules.digest ?? null,
      archivePath: archivePathOf(group, parts.places), createdAt: group.createdAt ?? now, modifiedAt: group.modifiedAt ?? now,
      values: columns.map((column) => valueOf(column, group, odd)),
    })))
    after = page.at(-1)?.id ?? after
    onPage(page.length)
    if (page.length < pageSize) return after
  }
}

const foundOfMembers = async (tx: Sql, names: Names, page: readonly PythonGroup[]): Promise<ReadonlyMap<number, readonly Surveyed[]>> => {
  const members = await memberIds(tx, names, page.map((one) => one.id))
  const found = await readSurvey(tx, members.map((one) => one.id))
  const byGroup = Map.groupBy(members, (one) => one.groupId)
  return new Map([...byGroup].map(([id, own]) => [id, own.flatMap((one) => found.get(one.id) ?? [])]))
}

/** The key that our rules give its members, so that those still to come meet them; the Python package's own where they
 *  differ, since it let equal names of different directories meet. */
const keysFor = async (
  tx: Sql, page: readonly PythonGroup[], found: ReadonlyMap<number, readonly Surveyed[]>, { names, odd }: GroupsParts,
): Promise<ReadonlyMap<number, string>> => {
  const wishes = page.map((group) => ({ group, ...wishesOf(group, found.get(group.id) ?? []) }))
  const taken = new Set((await groupIds(tx, names, wishes.flatMap(({ group, keys }) => keys.map((key) => groupDigest(group.watchName, key))))).keys())
  return new Map(wishes.map(({ group, keys, isMixed }) => {
    const key = keys.find((one) => !taken.has(groupDigest(group.watchName, one))) ?? `${group.key}~python-${group.id}`
    taken.add(groupDigest(group.watchName, key))
    if (isMixed || key !== keys[0]) odd.add('groups keep files together that the rules would not: equal names of different directories', group.id)
    return [group.id, key]
  }))
}

const wishesOf = (group: PythonGroup, members: readonly Surveyed[]): { readonly keys: readonly string[]; readonly isMixed: boolean } => {
  const keys = new Set(members.filter((one) => one.watchName === group.watchName).map((one) => one.key))
  const [only] = keys
  const isOther = only !== undefined && keys.size === 1 && only !== group.key
  return { keys: isOther ? [only, group.key] : [group.key], isMixed: keys.size > 1 }
}

const metadataOf = ({ id, metadata }: PythonGroup, odd: Tally): string | null => {
  if (metadata === null) return null
  try {
    const value: unknown = JSON.parse(metadata)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return metadata
  } catch {
    // What Python writes as NaN is no JSON.
  }
  odd.add('groups have metadata that is no JSON: "carbonation extract" gives it anew', id)
  return null
}

const valueOf = (column: MovedColumn, group: PythonGroup, odd: Tally) => {
  const value = moveValue(column, group.values[column.from.name])
  if (!(value instanceof Fault)) return value
  odd.add(`groups have a value that the column ${column.to} cannot hold: "carbonation extract" gives it anew`, group.id)
  return null
}

const archivePathOf = ({ archivePath, watchName }: PythonGroup, places: Places): string | null =>
  archivePath === null ? null : places.archived(archivePath, places.watch(watchName)?.watch.archive ?? null).path

/** What the members make of a group. */
export const endGroup = (group: BegunGroup, members: readonly Member[], rules: RuleSet | null, now: string): EndedGroup => {
  const has = (...statuses: readonly Status[]): boolean => members.some((one) => statuses.includes(one.status))
  const archived = members.filter((one) => one.status === 'archived')
  const primary = archived.find((one) => one.extension === rules?.completeness?.primaryExtension) ?? archived[0]
  const complete = archived.length > 0
    ? archived.some((one) => one.origin === 'delivered') || expectedAreThere(archived, rules)
    : group.complete === 1 && has('not_selected', 'failed', 'retry_pending') && !has('waiting', 'timed_out', 'detected')
  const last = (times: readonly (string | null)[]): string | null => times.reduce((a, b) => (a === null || (b !== null && b > a) ? b : a), null)
  return {
    id: group.id, complete,
    completedAt: complete ? group.completedAt ?? last(archived.map((one) => one.archivedAt)) ?? now : null,
    archiveName: primary?.archiveName ?? null,
    archivePath: primary === undefined ? null : group.archivePath ?? primary.archivePath,
    lastArrivalAt: last(members.map((one) => one.detectedAt)) ?? group.createdAt,
    dueAt: has('detected', 'waiting', 'retry_pending') ? now : null,
    dismissed: members.length === 0 ? 'the Python package left it without a file' : null,
  }
}

const expectedAreThere = (members: readonly Member[], rules: RuleSet | null): boolean => {
  const present = new Set(members.map((one) => one.extension))
  return (rules?.completeness?.expectedExtensions ?? []).every((one) => present.has(one))
}
