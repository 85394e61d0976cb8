import { closeSync } from 'node:fs'
import type { Path } from '../../domain/path.ts'
import type { DeadIntent, Standing } from '../../world.ts'
import { readIntents, type Intent } from './intents.ts'
import type { Layout, OpenArchive } from './layout.ts'
import { layoutsOf } from './parts.ts'
import { clearStaging, deadStagings, putsIn, type Staging } from './staging.ts'
import { undo } from './undo.ts'

type DeadPut = { readonly put: Path; readonly intents: readonly Intent[] }

/** What runs that died left in an archive. Found first, with the locks taken; ended once the ledger was asked. */
export const deadRuns = ({ root }: OpenArchive, layout: Layout, ledgerId: string) => {
  let stagings: readonly Staging[] = []
  let puts: readonly DeadPut[] = []
  const release = () => {
    for (const one of stagings) closeSync(one.fd)
    stagings = []
  }
  return {
    /** Whether locks are held until `resolve`. */
    isHolding: (): boolean => stagings.length > 0,
    find: (standing: Standing | null = null): readonly DeadIntent[] => {
      release()
      stagings = layoutsOf(layout).flatMap((one) => deadStagings(one, ledgerId, standing))
      puts = stagings.flatMap(putsIn).map((put) => ({ put, intents: readIntents(put) }))
      return puts.flatMap(({ intents }) => intents).map((intent): DeadIntent => ({ ...intent, root }))
    },
    /** `kept`: indexes into what was found. */
    resolve: (kept: readonly number[]): void => {
      const isKept = new Set(kept)
      let index = 0
      try {
        for (const { put, intents } of puts) undo(root, put, intents.filter(() => !isKept.has(index++)))
      } catch (error) {
        release()
        throw error
      }
      for (const one of stagings) clearStaging(one)
      stagings = []
      puts = []
    },
  }
}
