import { Fault } from '../../domain/fault.ts'
import type { Path } from '../../domain/path.ts'
import type { PutGroup, PutResult } from '../../world.ts'
import { codeOf, diskFault } from '../disk-errors.ts'
import { isWrittenOff } from '../pulse.ts'
import { openDurable, type Durable } from './durable.ts'
import { readIntents } from './intents.ts'
import type { OpenArchive } from './layout.ts'
import { oneRound } from './round.ts'
import { stageAll } from './stage-group.ts'
import type { TakenNumbers } from './taken-numbers.ts'
import { endPut, undo } from './undo.ts'

/** Where one put works: its own directory, and the part of the archive whose file system all of it goes to. */
type Workplace = { readonly put: Path; readonly part: Path; readonly taken: TakenNumbers }

/** Puts a batch of groups: stage, compare, make durable with the intents, publish, make durable again. Each group is
 *  there whole or not at all; where the batch as a whole fails, all of it is taken back. What is stored is final after
 *  the put was ended. */
export const putBatch = (
  open: OpenArchive, { put, part, taken }: Workplace, groups: readonly PutGroup[],
): readonly PutResult[] => {
  const results = new Map<PutGroup, PutResult>()
  const fileCount = groups.reduce((sum, one) => sum + one.members.length, 0)
  let durable: Durable | null = null
  try {
    durable = openDurable(open, part, fileCount)
    const work = { open, put, durable, taken, results }
    let waiting = stageAll(open, put, groups, { part, sync: durable.isEach, results })
    for (let round = 1; waiting.length > 0; round += 1) waiting = oneRound(waiting, round, work)
    if (!isWrittenOff() && ![...results.values()].some((one) => one.is === 'stored')) endPut(put)
  } catch (error) {
    const isBack = takeAllBack(open, put)
    const fault = error instanceof Fault ? error : diskFault(error, 'cannot write to', open.root, open.archive.name)
    if (isBack) endQuietly(put)
    for (const group of groups) {
      const before = results.get(group)
      if (before === undefined || before.is === 'stored') results.set(group, { is: 'fault', fault })
    }
  } finally {
    durable?.close()
  }
  return groups.map((group) => results.get(group) ?? unanswered)
}

const unanswered: PutResult = { is: 'fault', fault: new Fault('the archive gave no answer for this group') }

/** What cannot be taken back now stands in the intents: the next run does it. */
const takeAllBack = ({ root }: OpenArchive, put: Path): boolean => {
  if (isWrittenOff()) return false
  try {
    undo(root, put, readIntents(put))
    return true
  } catch (error) {
    if (codeOf(error) === '') throw error
    return false
  }
}

const endQuietly = (put: Path): void => {
  try {
    endPut(put)
  } catch (error) {
    if (codeOf(error) === '') throw error
  }
}
