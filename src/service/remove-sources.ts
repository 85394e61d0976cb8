import { isArchived, type Component } from '../domain/component.ts'
import { Fault } from '../domain/fault.ts'
import { withMembers, type Group } from '../domain/group.ts'
import { isWithin, showPath, type Path } from '../domain/path.ts'
import { second, type Instant, type Millis } from '../domain/time.ts'
import { settleMoves, type SourceEnd } from '../store/mark-removed.ts'
import type { Inspection, Removal } from '../world.ts'
import type { Parts } from './parts.ts'
import { markersBeside, removeMarkers } from './remove-markers.ts'

/** A source that could not be removed is tried again after this time. */
const againMs: Millis = 30 * second

/** Whether the source of a `move` is still to be removed. One that policy left where it is stays. */
const isOwed = (one: Component, moves: ReadonlySet<string>): boolean =>
  isArchived(one) && one.inDelivery && one.seen === null && moves.has(one.place?.archive ?? '')

const movesOf = ({ config }: Pick<Parts, 'config'>): ReadonlySet<string> =>
  new Set(config.archives.filter((one) => one.action === 'move').map((one) => one.name))

const isNew = (one: Component): boolean => one.steps.some((step) => step.to === 'archived' && step.from !== 'archived')

/** A group with sources to remove is due until that is done: a run that dies before leaves it to the next. */
export const owing = (groups: readonly Group[], now: Instant, parts: Pick<Parts, 'config'>): readonly Group[] => {
  const moves = movesOf(parts)
  if (moves.size === 0) return groups
  return groups.map((group) => (group.members.some((one) => isOwed(one, moves)) ? { ...group, dueAt: now } : group))
}

/** Sources that an earlier pass left: before anything else, since it may have ended half way through a removal. */
export const finishMoves = async (groups: readonly Group[], parts: Needed): Promise<readonly Group[]> => {
  const moves = movesOf(parts)
  const owed = moves.size === 0 ? [] : groups.flatMap((group) => group.members.filter((one) => isOwed(one, moves)))
  if (owed.length === 0) return groups
  const answers = await removeAll(owed, parts)
  return groups.map((group) => withMembers(group, group.members.map((one) => afterRemoval(one, answers.get(one)))))
}

type Needed = Pick<Parts, 'config' | 'files' | 'rules'>

/** An earlier pass may have ended without knowing whether its commit came to the disk: then the archive is asked for
 *  these very bytes first. */
const removeAll = async (owed: readonly Component[], parts: Needed): Promise<ReadonlyMap<Component, Removal>> => {
  const { files, config } = parts
  const earlier = owed.filter((one) => !isNew(one))
  const kept = earlier.length === 0 ? [] : await files.inspect(earlier.map((one) => ({ path: one.place?.path ?? '', read: 'sha256' })))
  const doubtful = new Set(earlier.filter((one, index) => !holds(kept[index], one)))
  const sound = owed.filter((one) => !doubtful.has(one))
  const markers = await markersBeside(sound.map((one) => one.path), parts)
  const answers = sound.length === 0 ? [] : await files.remove(sound.map(({ path, identity }) => ({
    path, identity, followSymlink: config.watches.some((one) => one.followSymlinks && isWithin(one.path, path)),
  })))
  const gone = sound.filter((_, index) => answers[index]?.is === 'removed' || answers[index]?.is === 'gone')
  await removeMarkers(markers, new Set(gone.map((one) => one.path)), parts)
  return new Map([
    ...[...doubtful].map((one) => [one, doubt(one)] as const),
    ...sound.flatMap((one, index) => {
      const answer = answers[index]
      return answer === undefined ? [] : [[one, answer] as const]
    }),
  ])
}

const holds = (seen: Inspection | undefined, one: Component): boolean => seen?.is === 'read' && seen.sha256 === one.sha256

const doubt = (one: Component): Removal => ({
  is: 'fault',
  fault: new Fault(`${showPath(one.path)} was not removed: ${showPath(one.place?.path ?? '')} does not hold its bytes`, {
    remedy: 'mount or mend the archive; "carbonation reconcile archive --verify" looks at all of it',
  }),
})

const afterRemoval = (one: Component, answer: Removal | undefined): Component => {
  if (answer === undefined || answer.is === 'changed') return one
  if (answer.is === 'fault') {
    const { sentence } = answer.fault
    return one.error === sentence ? one : { ...one, error: sentence, touched: true }
  }
  const { fresh: _, ...known } = one
  return { ...known, inDelivery: false, error: null, touched: true }
}

/** Only after the ledger has it: the sources of a `move` go. One that cannot be removed is tried again. */
export const removeSources = async (
  groups: readonly Group[], now: Instant, parts: Needed & Pick<Parts, 'sql'>,
): Promise<void> => {
  const moves = movesOf(parts)
  const owed = moves.size === 0 ? [] : groups.flatMap((group) =>
    group.members.filter((one) => isOwed(one, moves)).map((one) => ({ group, one })))
  if (owed.length === 0) return
  const answers = await removeAll(owed.map(({ one }) => one), parts)
  const ends = owed.map(({ one }) => endOf(one.path, answers.get(one)))
  const failed = new Set(owed.filter((_, index) => ends[index]?.removed === false).map(({ group }) => group))
  const owing = [...new Set(owed.map(({ group }) => group))].map((group) => ({
    watchName: group.watchName, key: group.key, generation: group.generation, owedAt: now,
    dueAt: failed.has(group) ? Math.min(group.dueAt ?? Infinity, now + againMs) : group.dueAt,
  }))
  await settleMoves(parts.sql, ends, owing, now)
}

const endOf = (path: Path, answer: Removal | undefined): SourceEnd => ({
  path,
  removed: answer?.is === 'removed' || answer?.is === 'gone',
  reason: answer?.is === 'fault' ? answer.fault.sentence : null,
})
