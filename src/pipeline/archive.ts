import type { Watch } from '../config/config.ts'
import { bytesAt, isKept, isOpen, note, step, type Component } from '../domain/component.ts'
import { Fault } from '../domain/fault.ts'
import { openMembers, withMembers, type Group } from '../domain/group.ts'
import { splitName } from '../domain/group-key.ts'
import { baseName, showPath, type Path } from '../domain/path.ts'
import { literalPrefix, renderTemplate } from '../domain/template.ts'
import { toIso } from '../domain/time.ts'
import type { PutGroup, PutMember, PutResult } from '../world.ts'
import { fault, go, type Decision, type PlannedArchive, type Stage, type StageWorld } from './stage.ts'

/** Every member is in its place, compared, and can be recorded. Groups of one archive go in one put. */
export const archive: Stage = {
  name: 'archive',
  run: (groups, world) => {
    const puts = Map.groupBy(groups, (group) => group.archiveName ?? '')
    const decisions = new Map([...puts].map(([name, own]) => [name, putAll(name, own, world)]))
    return groups.map(async (group) => (await decisions.get(group.archiveName ?? ''))?.get(group) ?? go(group))
  },
}

const putAll = async (
  name: string, groups: readonly Group[], world: StageWorld,
): Promise<ReadonlyMap<Group, Decision>> => {
  const planned = groups.map((group) => ({ group, put: planPut(group, world) }))
  const ready = planned.flatMap(({ group, put }) => (put instanceof Fault ? [] : [{ group, put }]))
  const decisions = new Map(planned.flatMap(({ group, put }) => (put instanceof Fault ? [[group, fault(group, put)] as const] : [])))
  if (ready.length === 0) return decisions
  const { receipt, groups: results } = await world.destination(name).put(ready.map((one) => one.put))
  ready.forEach(({ group }, index) => {
    const policy = world.settings(group.watchName).watch.onRedelivery
    decisions.set(group, decide(group, { archive: name, receipt, policy }, results[index]))
  })
  return decisions
}

/** Where the group goes and what of it: the members that are not archived yet. */
const planPut = (group: Group, world: StageWorld): PutGroup | Fault => {
  const own = world.archives.get(group.archiveName ?? '')
  if (own === undefined) return new Fault(`no archive is named "${group.archiveName}"`)
  try {
    const { rules, watch } = world.settings(group.watchName)
    const primary = rules.completeness?.primaryExtension ?? null
    return {
      directory: directoryFor(group, own),
      number: group.number,
      members: openMembers(group).map((one) => putMember(one, primary, watch.followSymlinks)),
      replaces: watch.onRedelivery === 'replace' ? group.previous.flatMap(replaced) : [],
      watchName: group.watchName,
      groupKey: group.key,
      generation: group.generation,
    }
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
}

/** Relative to the archive's root. Besides the metadata a template knows a few facts about the group. */
const directoryFor = (group: Group, { archive: own, template }: PlannedArchive): Path => {
  const rendered = renderTemplate(template, {
    watch_name: group.watchName,
    file_type: group.fileType,
    group_key: baseName(group.key),
    generation: group.generation,
    detected_at: toIso(group.createdAt),
    ...group.metadata,
  })
  if (own.basePath !== null) return rendered
  return rendered.slice(literalPrefix(template).length).replace(/^\/+/, '')
}

const putMember = (one: Component, primary: string | null, followSymlinks: boolean): PutMember => {
  const { stem, extension } = nameParts(one)
  return {
    source: bytesAt(one), identity: one.identity, stem, extension, fromArchive: isKept(one), primary: one.extension === primary,
    followSymlink: followSymlinks && !isKept(one),
  }
}

/** The number goes before the group's extension, so that sets keep sharing their name. */
const nameParts = (one: Component): { stem: Path; extension: Path } => {
  const name = baseName(one.path)
  return one.extension !== '' && name.endsWith(one.extension)
    ? { stem: name.slice(0, -one.extension.length), extension: one.extension }
    : splitName(name, [])
}

const replaced = (one: Component): readonly { key: Path; sha256: string }[] =>
  one.place === null || one.sha256 === null ? [] : [{ key: one.place.key, sha256: one.sha256 }]

type PutContext = { readonly archive: string; readonly receipt: string; readonly policy: Watch['onRedelivery'] }

/** A file that this group did not put there. */
const isStranger = (path: Path | null, group: Group): path is Path =>
  path !== null && !group.previous.some((one) => one.place?.path === path)

const decide = (
  group: Group, { archive: archiveName, receipt, policy }: PutContext, result: PutResult | undefined,
): Decision => {
  if (result === undefined) throw new Error('archive: a put gave no answer for a group')
  if (result.is === 'fault') return fault(group, result.fault)
  if (result.is === 'changed') return { is: 'resettle', group, paths: result.paths }
  let at = 0
  const members = group.members.map((one) => {
    if (!isOpen(one)) return one
    const stored = result.members[at++]
    if (stored === undefined) throw new Error('archive: a put gave no answer for a member')
    const place = { archive: archiveName, key: stored.key, path: stored.path }
    const met = isStranger(result.stranger, group) ? note(one, 'archive', `${showPath(result.stranger)} stood there: stored beside it`) : one
    return { ...step(met, 'archived', 'archive', null), sha256: stored.sha256, place }
  })
  const supersedes = policy === 'replace' && group.generation > 1
  return go({ ...withMembers(group, members), supersedes, number: result.number, dueAt: null, receipt: { archive: archiveName, id: receipt } })
}
