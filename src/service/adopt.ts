import { isArchived, newComponent, type Component } from '../domain/component.ts'
import { Fault } from '../domain/fault.ts'
import type { Group } from '../domain/group.ts'
import type { Identity } from '../domain/identity.ts'
import { relativeTo, showPath, type Path } from '../domain/path.ts'
import type { Instant } from '../domain/time.ts'
import { metadata } from '../pipeline/metadata.ts'
import type { Settings, StageWorld } from '../pipeline/stage.ts'
import { adoptGroups } from '../store/adopt-groups.ts'
import { groupDigest } from '../store/digest.ts'
import { loadGroups } from '../store/load-groups.ts'
import type { Columns } from '../plugin/contract.ts'
import { extensionOf, groupKeys } from './group-keys.ts'
import type { Parts } from './parts.ts'
import { readDigests } from './read-digests.ts'

/** A file in an archive that the ledger does not know. */
export type Stray = { readonly path: Path; readonly identity: Identity }

export type Adopting = {
  /** As whose delivery the files count. */
  readonly settings: Settings
  readonly archiveName: string
  /** The archive's root: keys are relative to it. */
  readonly root: Path
  readonly world: StageWorld
  readonly columns: Columns
  readonly actor: string
  readonly now: Instant
  readonly onRead: (count: number) => void
}

/** `waiting`: groups of these files are being delivered right now, so they are left for the next time. */
export type Adopted = { readonly count: number; readonly faults: readonly Fault[]; readonly waiting: number }

/** Groups in one transaction. */
const groupsAtOnce = 250

/** Registers files that stood in an archive before carbonation, as if a delivery of that watch had been archived there:
 *  hashed, grouped, their metadata extracted. A group whose metadata could not be had is registered without. */
export const adopt = async (strays: readonly Stray[], adopting: Adopting, parts: Parts): Promise<Adopted> => {
  const { settings: { watch, rules }, root } = adopting
  const keys = await groupKeys(strays.map((one) => one.path), { ...watch, path: root }, rules, parts.plugins)
  const faults: Fault[] = []
  const byKey = new Map<Path, Stray[]>()
  strays.forEach((stray, index) => {
    const key = keys[index]
    if (key instanceof Fault) faults.push(key)
    else if (key !== undefined && byKey.get(key)?.push(stray) === undefined) byKey.set(key, [stray])
  })
  const all = [...byKey]
  let [count, waiting] = [0, 0]
  for (let at = 0; at < all.length; at += groupsAtOnce) {
    const ended = await adoptBatch(new Map(all.slice(at, at + groupsAtOnce)), adopting, parts)
    count += ended.count
    waiting += ended.waiting
    faults.push(...ended.faults)
  }
  return { count, faults, waiting }
}

const adoptBatch = async (
  byKey: ReadonlyMap<Path, readonly Stray[]>, adopting: Adopting, parts: Parts,
): Promise<Adopted> => {
  const { settings: { watch }, columns, actor, now, onRead } = adopting
  const known = await loadGroups(parts.sql, [...byKey.keys()].map((key) => groupDigest(watch.name, key)))
  const knownAs = (key: Path) => known.get(groupDigest(watch.name, key))
  const isBusy = (key: Path) => knownAs(key)?.members.every(isArchived) === false
  const free = [...byKey].filter(([key]) => !isBusy(key))
  const wanted = free.flatMap(([, strays]) => strays)
  const digests = await readDigests(wanted, parts.files, { workers: parts.config.service.workers, onRead })
  const read = new Map(wanted.map((stray, index) => [stray, digests[index] ?? new Fault('not read')] as const))
  const faults: Fault[] = [...read.values()].filter((one) => one instanceof Fault)
  const groups = free.flatMap(([key, strays]) => {
    const members = strays.flatMap((stray) => memberOf(stray, read.get(stray), adopting))
    return members.length === 0 ? [] : [groupOf(key, members, knownAs(key), adopting)]
  })
  const decided = (await Promise.all(metadata.run(groups, adopting.world))).map((decision) => {
    if (decision.is === 'fault') faults.push(new Fault(`${showPath(decision.group.key)}: ${decision.fault.sentence}`))
    return decision.group
  })
  const count = await adoptGroups(parts.sql, decided, { now, columns, actor })
  return { count, faults, waiting: [...byKey].filter(([key]) => isBusy(key)).flatMap(([, strays]) => strays).length }
}

const memberOf = (
  { path, identity }: Stray, digest: string | Fault | undefined, { settings, archiveName, root, now }: Adopting,
): readonly Component[] => {
  if (typeof digest !== 'string') return []
  const adopted = { from: null, to: 'archived' as const, stage: 'reconcile', detail: `it stood in the archive ${archiveName}: adopted` }
  return [newComponent({
    path, identity, extension: extensionOf(path, settings.rules), detectedAt: now, origin: 'adopted', status: 'archived',
    sha256: digest, place: { archive: archiveName, key: relativeTo(root, path), path }, inDelivery: false, steps: [adopted],
  })]
}

/** Joins what the ledger has of this group already. Complete where nothing that is expected is missing. */
const groupOf = (
  key: Path, added: readonly Component[], known: Group | undefined, { settings: { watch, rules }, archiveName, now }: Adopting,
): Group => {
  const members = [...(known?.members ?? []), ...added]
  const present = new Set(members.map((one) => one.extension))
  const complete = known?.complete === true || (rules.completeness?.expectedExtensions ?? []).every((one) => present.has(one))
  return {
    id: null, watchName: watch.name, fileType: watch.type, key, generation: 1, createdAt: now, lastArrivalAt: now,
    completedSeq: null, metadata: null, selectedBy: null, routedBy: null, archiveName, number: 1, dueAt: null, heldBy: null,
    warnedAt: null, releaseRequested: false, supersedes: false, receipt: null, previous: [], ...known,
    members, complete, completedAt: known?.completedAt ?? (complete ? now : null), rulesDigest: rules.digest,
    primaryExtension: rules.completeness?.primaryExtension ?? null,
  }
}
