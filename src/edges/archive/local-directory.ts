import { mkdirSync } from 'node:fs'
import { Fault } from '../../domain/fault.ts'
import { fsPath, joinPath, type Path } from '../../domain/path.ts'
import type { Destination, PutGroup, PutResult } from '../../world.ts'
import { codeOf } from '../disk-errors.ts'
import { deadRuns } from './dead-runs.ts'
import { readIntents } from './intents.ts'
import { layoutOf, type OpenArchive } from './layout.ts'
import { partFinder, rememberPart } from './parts.ts'
import { putBatch } from './put.ts'
import { archiveFault, checkArchive } from './root.ts'
import { closeStaging, fencedName, openStaging, releaseStaging, type Staging } from './staging.ts'
import { openTakenNumbers } from './taken-numbers.ts'
import { endPut, undo } from './undo.ts'

/** Whose work it is: what the run leaves behind is judged by its ledger. */
export type Run = { readonly ledgerId: string; readonly name: string }

/** One worker's hands on one archive that is a local directory. */
export type LocalDirectory = Destination & {
  /** Gives back what it holds; false where something of that still waits for its commit. */
  rest(): boolean
}

/** All calls block; it runs in a worker. */
export const localDirectory = (open: OpenArchive, run: Run): LocalDirectory => {
  const { archive, root } = open
  const layout = layoutOf(root)
  const taken = openTakenNumbers()
  const stagings = new Map<Path, Staging>()
  const staged: { fence: number | null } = { fence: null }
  let count = 0

  const closeAll = () => {
    for (const staging of stagings.values()) closeStaging(staging)
    stagings.clear()
  }

  /** A new directory for one put, on the part where its files are to stay. */
  const newPut = (part: Path, fence: number | null): Path => {
    const known = fence === staged.fence ? stagings.get(part) : undefined
    if (fence !== staged.fence) closeAll()
    staged.fence = fence
    const name = String((count += 1))
    if (known !== undefined && madeDirectory(joinPath(known.directory, name))) return joinPath(known.directory, name)
    if (known !== undefined) closeStaging(known)
    if (part !== root) rememberPart(layout, part)
    const staging = openStaging(layoutOf(part), fencedName(`${run.ledgerId}-${run.name}`, fence))
    stagings.set(part, staging)
    mkdirSync(fsPath(joinPath(staging.directory, name)), { mode: 0o700 })
    return joinPath(staging.directory, name)
  }
  const putOn = (part: Path, groups: readonly PutGroup[], fence: number | null): { put: Path; results: readonly PutResult[] } => {
    try {
      const put = newPut(part, fence)
      return { put, results: putBatch(open, { put, part, taken }, groups) }
    } catch (error) {
      return { put: '', results: allFailed(groups, archiveFault(error, 'cannot stage below', part, archive.name)) }
    }
  }
  const dead = deadRuns(open, layout, run.ledgerId)

  return {
    name: archive.name,
    check: async (expectedId) => checkArchive(open, layout, expectedId),
    put: async (groups, expectedId, fence = null) => {
      const state = checkArchive(open, layout, expectedId)
      if (state instanceof Fault) return { receipt: '', groups: allFailed(groups, state) }
      const answers = new Map<PutGroup, PutResult>()
      const puts: Path[] = []
      for (const [part, own] of byPart(groups, open)) {
        const { put, results } = part instanceof Fault ? { put: '', results: allFailed(own, part) } : putOn(part, own, fence)
        own.forEach((group, index) => answers.set(group, results[index] ?? unanswered))
        if (results.some((one) => one.is === 'stored')) puts.push(put)
      }
      const receipt = puts.length === 0 ? '' : JSON.stringify(puts)
      return { receipt, groups: groups.map((one) => answers.get(one) ?? unanswered) }
    },
    commit: async (receipt) => {
      for (const put of putsOf(receipt)) leavingTrouble(() => endPut(put))
    },
    takeBack: async (receipt) => {
      for (const put of putsOf(receipt)) {
        leavingTrouble(() => {
          undo(root, put, readIntents(put))
          endPut(put)
        })
      }
    },
    recover: async (standing = null) => faultsOnly(() => dead.find(standing), open),
    resolve: async (kept) => faultsOnly(() => dead.resolve(kept), open),
    close: async () => closeAll(),
    rest: () => {
      for (const [part, staging] of stagings) if (releaseStaging(staging)) stagings.delete(part)
      return stagings.size === 0 && !dead.isHolding()
    },
  }
}

const unanswered: PutResult = { is: 'fault', fault: new Fault('the archive gave no answer for this group') }

const allFailed = (groups: readonly PutGroup[], fault: Fault): readonly PutResult[] =>
  groups.map(() => ({ is: 'fault', fault }))

const byPart = (groups: readonly PutGroup[], open: OpenArchive): ReadonlyMap<Path | Fault, readonly PutGroup[]> => {
  const layout = layoutOf(open.root)
  try {
    const partOf = partFinder(open, layout)
    return Map.groupBy(groups, (one) => partOf(joinPath(open.root, one.directory)))
  } catch (error) {
    return new Map([[archiveFault(error, 'cannot look at', open.root, open.archive.name), groups]])
  }
}

/** False where the place it belongs in is gone: the archive was taken away meanwhile. */
const madeDirectory = (directory: Path): boolean => {
  try {
    mkdirSync(fsPath(directory), { mode: 0o700 })
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

const putsOf = (receipt: string): readonly Path[] => (receipt === '' ? [] : (JSON.parse(receipt) as Path[]))

/** What cannot be ended now is ended by the next run, which asks the ledger. */
const leavingTrouble = (work: () => void): void => {
  try {
    work()
  } catch (error) {
    if (codeOf(error) === '') throw error
  }
}

const faultsOnly = <T>(work: () => T, { archive, root }: OpenArchive): T => {
  try {
    return work()
  } catch (error) {
    throw archiveFault(error, 'cannot look at what an earlier run left in', root, archive.name)
  }
}
