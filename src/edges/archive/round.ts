import { Fault } from '../../domain/fault.ts'
import { baseName, joinPath, parentOf, showPath, type Path } from '../../domain/path.ts'
import type { PutGroup, PutResult } from '../../world.ts'
import { diskFault } from '../disk-errors.ts'
import { openToRead } from '../file-calls.ts'
import { withFile } from '../with-file.ts'
import { makeDirectory } from './directories.ts'
import type { Durable } from './durable.ts'
import { writeIntents, type Intent } from './intents.ts'
import type { OpenArchive } from './layout.ts'
import { choosePlaces, type Choice } from './place.ts'
import { publish } from './publish.ts'
import { discard, type Draft } from './stage-group.ts'
import { digestIn } from './standing.ts'
import type { TakenNumbers } from './taken-numbers.ts'

type Work = {
  readonly open: OpenArchive
  readonly put: Path
  readonly durable: Durable
  readonly taken: TakenNumbers
  readonly results: Map<PutGroup, PutResult>
}
type Ready = Choice & { readonly draft: Draft; readonly changed: readonly Path[] }

/** A name that somebody takes each time it is looked at is not fought for any longer. */
const mostRounds = 50

/** Names for staged groups, intents, durable, publish, durable. Gives the groups that have to look for their names
 *  again: another took one meanwhile, or is about to put the same bytes there. */
export const oneRound = (waiting: readonly Draft[], round: number, work: Work): readonly Draft[] => {
  const { put, durable } = work
  const { ready, later } = placeAll(waiting, work)
  const intents = ready.flatMap(intentsOf)
  if (intents.length > 0) writeIntents(put, round, intents, durable.isEach)
  durable.staged(put)
  const ends = ready.map((one) => ({ one, end: isSound(one, work) ? publishGroup(one, round, work) : 'failed' }))
  const stood = ready.flatMap(({ placed }) => placed.filter((one) => one.standing === 'same'))
  durable.published(new Set(ready.flatMap(directoriesOf)), stood.map((one) => one.target))
  for (const { one, end } of ends) if (end === 'published') discardUnneeded(one)
  return [...later, ...ends.filter(({ end }) => end === 'overtaken').map(({ one }) => one.draft)]
}

const placeAll = (waiting: readonly Draft[], work: Work): { ready: readonly Ready[]; later: readonly Draft[] } => {
  const claims = new Map<Path, string>()
  const made = new Set<Path>()
  const ready: Ready[] = []
  const later: Draft[] = []
  for (const draft of waiting) {
    const directory = joinPath(work.open.root, draft.group.directory)
    try {
      const changed = makeDirectory(work.open, directory, made)
      const choice = choosePlaces(work.open, draft, { claims, taken: work.taken })
      if (choice === 'later') later.push(draft)
      else {
        ready.push({ draft, changed, ...choice })
        for (const one of choice.placed) claims.set(one.target, one.staged.sha256)
      }
    } catch (error) {
      fail(draft, error, work, 'cannot write to', directory)
    }
  }
  return { ready, later }
}

/** Trouble of one group: its staged bytes go at once, the others are not touched by it. */
const fail = (draft: Draft, error: unknown, { open, results }: Work, doing: string, path: Path): void => {
  const fault = error instanceof Fault ? error : diskFault(error, doing, path, open.archive.name)
  results.set(draft.group, { is: 'fault', fault })
  discard(draft.staged.map((one) => one.path))
}

const intentsOf = ({ draft, placed }: Ready): readonly Intent[] =>
  placed.filter((one) => one.standing !== 'same').map(({ member, staged, key, standing }) => ({
    watchName: draft.group.watchName, groupKey: draft.group.groupKey, generation: draft.group.generation,
    source: member.source, identity: member.identity, sha256: staged.sha256, key, staged: baseName(staged.path),
    inode: staged.inode, replaces: standing === 'replaced',
  }))

/** With `verify = "readback"`: what the disk gives back is what was written. */
const isSound = ({ draft, placed }: Ready, work: Work): boolean => {
  if (work.open.archive.verify !== 'readback' || work.open.archive.action === 'symlink') return true
  try {
    for (const { staged, member } of placed) {
      if (withFile(openToRead(staged.path), (fd) => digestIn(fd, true)) === staged.sha256) continue
      const what = `what was written of ${showPath(member.source)}`
      throw new Fault(`${what} reads back otherwise from ${showPath(work.open.root)}`, {
        remedy: 'check the disk of the archive',
      })
    }
    return true
  } catch (error) {
    fail(draft, error, work, 'cannot read back from', work.open.root)
    return false
  }
}

const publishGroup = (ready: Ready, round: number, work: Work): 'published' | 'overtaken' | 'failed' => {
  const directory = parentOf(ready.placed[0]?.target ?? work.open.root)
  try {
    const end = publish(ready.placed)
    if (end === 'published') work.results.set(ready.draft.group, storedAs(ready))
    if (end === 'overtaken' && round >= mostRounds) {
      throw new Fault(`others take the names below ${showPath(directory)} faster than they are chosen`, {
        remedy: 'give each its own destination',
      })
    }
    return end
  } catch (error) {
    fail(ready.draft, error, work, 'cannot publish in', directory)
    return 'failed'
  }
}

const directoriesOf = ({ changed, placed }: Ready): readonly Path[] =>
  [...changed, ...placed.filter((one) => one.standing !== 'same').map((one) => parentOf(one.target))]

/** Staged copies of what stood in the archive already. */
const discardUnneeded = ({ placed }: Ready): void =>
  discard(placed.filter((one) => one.standing === 'same').map((one) => one.staged.path))

const storedAs = ({ number, placed, stranger }: Ready): PutResult => ({
  is: 'stored',
  number,
  stranger,
  members: placed.map(({ key, target, staged, member }) => ({
    key, path: target, sha256: staged.sha256, sizeBytes: member.identity.sizeBytes,
  })),
})
