import { isArchived, type Component } from '../domain/component.ts'
import { absentMembers, type Group } from '../domain/group.ts'
import { differenceOf } from '../domain/identity.ts'
import type { Inspection } from '../world.ts'
import type { StageWorld } from './stage.ts'

/** What an archived component's path holds now. */
export type Readings = ReadonlyMap<Component, Inspection>

/** Reads every archived path whose looks are in doubt, all of a batch at once. */
export const readDoubtful = async (groups: readonly Group[], { files, settings }: StageWorld): Promise<Readings> => {
  const doubtful = groups.flatMap((group) => [...group.members, ...absentMembers(group)].filter(isDoubtful))
  const followed = new Set(groups.filter((one) => settings(one.watchName).watch.followSymlinks)
    .flatMap((group) => [...group.members, ...group.previous]))
  if (doubtful.length === 0) return new Map()
  const answers = await files.inspect(doubtful.map((one) => ({
    path: one.path, read: 'sha256', followSymlink: followed.has(one),
  })))
  return new Map(doubtful.flatMap((one, index) => {
    const answer = answers[index]
    return answer === undefined ? [] : [[one, answer] as const]
  }))
}

/** Archived bytes stand for this path, and what is there now is not what was archived, by its looks. */
const isDoubtful = (one: Component): boolean =>
  isArchived(one) && one.fresh != null && (!one.inDelivery || differenceOf(one.identity, one.fresh) !== 'same')

/** Whether a doubtful path holds the archived bytes. Null where nobody doubts it, or where it cannot be read and only
 *  inode or ctime speak for a change. */
export const contentOf = (one: Component, readings: Readings): 'same' | 'other' | null => {
  const reading = readings.get(one)
  if (reading === undefined || one.fresh == null) return null
  if (reading.is === 'read') return reading.sha256 === one.sha256 ? 'same' : 'other'
  return one.inDelivery && differenceOf(one.identity, one.fresh) === 'touched' ? null : 'other'
}
