import type { Archive } from '../config/config.ts'
import type { Component } from '../domain/component.ts'
import { withMembers, type Group } from '../domain/group.ts'
import { differenceOf } from '../domain/identity.ts'
import { Fault } from '../domain/fault.ts'
import type { Parts } from './parts.ts'

/** The members that this batch brought into archives of one kind. */
export const newlyArchived = (
  groups: readonly Group[], { config }: Pick<Parts, 'config'>, isKind: (one: Archive) => boolean,
): readonly Component[] => {
  const names = new Set(config.archives.filter(isKind).map((one) => one.name))
  if (names.size === 0) return []
  return groups.flatMap((group) => group.members).filter((one) =>
    names.has(one.place?.archive ?? '') && one.steps.some((step) => step.to === 'archived' && step.from !== 'archived'))
}

/** A hard link moves the ctime of its source: that is noted, so that the next look knows the file again. */
export const withLinkedIdentities = async (
  groups: readonly Group[], parts: Pick<Parts, 'config' | 'files'>,
): Promise<readonly Group[]> => {
  const linked = newlyArchived(groups, parts, (one) => one.action === 'hardlink')
  if (linked.length === 0) return groups
  const sights = await parts.files.look(linked.map((one) => one.path))
  const moved = new Map(linked.flatMap((one, index) => {
    const sight = sights[index]
    if (sight == null || sight instanceof Fault || differenceOf(one.identity, sight.identity) !== 'touched') return []
    return one.identity.inode === sight.identity.inode ? [[one, { ...one, identity: sight.identity }] as const] : []
  }))
  return groups.map((group) => withMembers(group, group.members.map((one) => moved.get(one) ?? one)))
}
