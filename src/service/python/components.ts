import type { Status } from '../../domain/status.ts'
import { groupDigest, pathDigest } from '../../store/digest.ts'
import type { Names } from '../../store/python/exchange.ts'
import { componentPage, componentsById, type PythonComponent } from '../../store/python/read.ts'
import { atPlaces, readSurvey, type Surveyed } from '../../store/python/survey.ts'
import { insertComponents } from '../../store/python/write-components.ts'
import { groupIds, insertGroups, watchesOfGroups, type NewGroup } from '../../store/python/write-groups.ts'
import type { Sql } from '../../world.ts'
import { adoptComponent } from './component.ts'
import type { Places } from './places.ts'
import type { Tally } from './tally.ts'

/** Rows in one go. */
const pageSize = 500

export type ComponentsParts = {
  readonly names: Names
  readonly places: Places
  readonly now: string
  readonly actor: string
  /** Rows that no row of ours stands for, and those that have another status now, each by why. */
  readonly kept: Tally
  readonly changed: Tally
  readonly odd: Tally
  readonly onPage: (done: number) => void
}

/** How many components were adopted, by status, and how many groups were made for those that had none. */
export type AdoptedComponents = { readonly statuses: ReadonlyMap<Status, number>; readonly groupsMade: number }

/** Adopts every component, with its group or one that is made for it. */
export const adoptComponents = async (tx: Sql, lastGroupId: number, parts: ComponentsParts): Promise<AdoptedComponents> => {
  const statuses = new Map<Status, number>()
  let nextId = lastGroupId + 1
  for (let after = 0; ; ) {
    const page = await componentPage(tx, parts.names, after, pageSize)
    const found = await readSurvey(tx, page.map((one) => one.id))
    const wanted = page.flatMap((row) => {
      const own = found.get(row.id)
      if (own === undefined) throw new Error(`component ${row.id} was not surveyed`)
      if (own.kept !== null) parts.kept.add(own.kept, row.id)
      return own.kept === null ? [{ row, found: own }] : []
    })
    const { groups, made } = await groupsFor(tx, wanted, nextId, parts)
    nextId += made
    const owners = await ownersOf(tx, wanted, parts.names)
    const adopted = wanted.map(({ row, found: own }, index) => {
      const group = groups[index] ?? { id: 0, watchName: own.watchName }
      const { component, changed } = adoptComponent(row, own, {
        groupId: group.id, watchName: group.watchName, now: parts.now, actor: parts.actor,
        ownsPlace: (owners.get(placeDigest(own)) ?? row.id) === row.id,
      })
      if (changed !== null) parts.changed.add(`${changed} (now ${component.status})`, row.id)
      if (parts.places.watch(group.watchName) === null) parts.odd.add(`components are of the watch ${group.watchName}, which config.toml does not have`, row.id)
      if (component.status === 'archived' && component.archive?.name == null) parts.odd.add('archived files stand in no archive of config.toml', row.id)
      statuses.set(component.status, (statuses.get(component.status) ?? 0) + 1)
      return component
    })
    await insertComponents(tx, parts.names, adopted)
    after = page.at(-1)?.id ?? after
    parts.onPage(page.length)
    if (page.length < pageSize) return { statuses, groupsMade: nextId - lastGroupId - 1 }
  }
}

type Wanted = { readonly row: PythonComponent; readonly found: Surveyed }
type OwnGroup = { readonly id: number; readonly watchName: string }

/** The group that it has, else that of its key, else a new one. */
const groupsFor = async (
  tx: Sql, wanted: readonly Wanted[], firstId: number, { names, places, now }: ComponentsParts,
): Promise<{ readonly groups: readonly OwnGroup[]; readonly made: number }> => {
  const watches = await watchesOfGroups(tx, names, wanted.flatMap(({ row }) => row.groupId ?? []))
  const digestOf = ({ found }: Wanted): string => groupDigest(found.watchName, found.key)
  const homeless = wanted.filter(({ row }) => !watches.has(row.groupId ?? 0))
  const known = new Map(await groupIds(tx, names, homeless.map(digestOf)))
  const made: NewGroup[] = []
  for (const one of homeless) {
    if (known.has(digestOf(one))) continue
    const id = firstId + made.length
    known.set(digestOf(one), id)
    const own = places.watch(one.found.watchName)
    made.push({
      id, watchName: one.found.watchName, fileType: own?.watch.type ?? null, key: one.found.key, complete: false, archivePath: null,
      metadata: null, rulesDigest: own?.rules.digest ?? null, createdAt: one.row.detectedAt ?? now, completedAt: null, modifiedAt: now,
      retentionDate: null, values: [],
    })
  }
  await insertGroups(tx, names, [], made)
  return {
    made: made.length,
    groups: wanted.map((one) => {
      const id = one.row.groupId ?? 0
      const watchName = watches.get(id)
      return watchName === undefined ? { id: known.get(digestOf(one)) ?? 0, watchName: one.found.watchName } : { id, watchName }
    }),
  }
}

const placeDigest = ({ archive }: Surveyed): string => pathDigest(archive?.path ?? '')

/** Of those that the Python package archived under one name, whose bytes stand there: it left what stood there where the
 *  size was the same, and wrote over it where not. Only places with several are among them. */
const ownersOf = async (tx: Sql, wanted: readonly Wanted[], names: Names): Promise<ReadonlyMap<string, number>> => {
  const digests = wanted.flatMap(({ found }) => (found.archive === null ? [] : [placeDigest(found)]))
  const shared = [...await atPlaces(tx, digests)].filter(([, ids]) => ids.length > 1)
  if (shared.length === 0) return new Map()
  const rows = new Map((await componentsById(tx, names, shared.flatMap(([, ids]) => ids))).map((row) => [row.id, row]))
  return new Map(shared.map(([digest, ids]) => [digest, ownerOf(ids.flatMap((id) => rows.get(id) ?? []))]))
}

const ownerOf = (rows: readonly PythonComponent[]): number => {
  const inTurn = rows.toSorted((a, b) => (a.archivedAt ?? '').localeCompare(b.archivedAt ?? '') || a.id - b.id)
  const owner = inTurn.reduce<PythonComponent | null>((own, next) => (own === null || own.sizeBytes !== next.sizeBytes ? next : own), null)
  return owner?.id ?? 0
}
