import { mkdirSync } from 'node:fs'
import { Fault } from '../../domain/fault.ts'
import { fsPath, joinPath, type Path } from '../../domain/path.ts'
import type { DeadIntent, Destination } from '../../world.ts'
import { diskFault } from '../disk-errors.ts'
import { readIntents, type Intent } from './intents.ts'
import { layoutOf, type OpenArchive } from './layout.ts'
import { putBatch } from './put.ts'
import { checkArchive } from './root.ts'
import { clearStaging, closeStaging, deadStagings, openStaging, putsIn, type Staging } from './staging.ts'
import { endPut, undo } from './undo.ts'

/** Whose work it is: what the run leaves behind is judged by its ledger. */
export type Run = { readonly ledgerId: string; readonly name: string }

/** One worker's hands on one archive that is a local directory. All calls block; it runs in a worker. */
export const localDirectory = (open: OpenArchive, run: Run): Destination => {
  const { archive, root } = open
  const layout = layoutOf(root)
  let staging: Staging | null = null
  let count = 0
  let dead: readonly (readonly [Staging, Path, readonly Intent[]])[] = []

  return {
    name: archive.name,
    check: async (expectedId) => checkArchive(open, layout, expectedId),
    put: async (groups, expectedId) => {
      const state = checkArchive(open, layout, expectedId)
      if (state instanceof Fault) return { receipt: '', groups: groups.map(() => ({ is: 'fault', fault: state })) }
      try {
        staging ??= openStaging(layout, `${run.ledgerId}-${run.name}`)
        const directory = joinPath(staging.directory, String((count += 1)))
        mkdirSync(fsPath(directory), { mode: 0o700 })
        return putBatch(open, directory, groups, state.freeBytes)
      } catch (error) {
        const fault = diskFault(error, 'cannot prepare', layout.staging, archive.name)
        return { receipt: '', groups: groups.map(() => ({ is: 'fault', fault })) }
      }
    },
    commit: async (receipt) => endPut(receipt),
    takeBack: async (receipt) => {
      undo(root, receipt, readIntents(receipt))
      endPut(receipt)
    },
    recover: async () => {
      dead = deadStagings(layout, run.ledgerId).flatMap((one) => {
        const puts = putsIn(one).map((put) => [one, put, readIntents(put)] as const)
        return puts.length > 0 ? puts : [[one, '', []] as const]
      })
      return dead.flatMap(([, , intents]) => intents).map((intent): DeadIntent => ({ ...intent, root }))
    },
    resolve: async (kept) => {
      let index = 0
      for (const [, put, intents] of dead) {
        const lost = intents.filter(() => !kept.has(index++))
        undo(root, put, lost)
      }
      for (const one of new Set(dead.map(([each]) => each))) clearStaging(one)
      dead = []
    },
    close: async () => {
      if (staging !== null) closeStaging(staging)
      staging = null
    },
  }
}
