import type { Watch } from '../config/config.ts'
import { Fault } from '../domain/fault.ts'
import { batchGroups, type Lanes } from './lanes.ts'
import { settle, type PassParts } from './pass.ts'
import { scan, type ScanEnd } from './scan.ts'
import type { Path } from '../domain/path.ts'
import type { Known } from '../store/known-in-directory.ts'

/** How a look ended; `unannounced`: settled files that nobody had noticed before. */
export type LookEnd = ScanEnd & { readonly unannounced: number }

/** One look at one watch, or at one directory of it: everything there is held against the ledger, and batches are
 *  worked off meanwhile. */
export const lookAtWatch = async (
  watch: Watch, parts: PassParts, { lanes, signal, from }: { lanes: Lanes; signal: AbortSignal; from?: Path },
): Promise<LookEnd> => {
  const vanished: Known[] = []
  let unannounced = 0
  const walk = scan(watch, parts, from)
  for (;;) {
    const step = await walk.next()
    if (step.done) {
      if (step.value.fault === null) await vanish(watch, vanished, parts)
      return { ...step.value, unannounced }
    }
    if (signal.aborted) return brokenOff
    vanished.push(...step.value.vanished)
    unannounced += await settle(watch, step.value.found, parts)
    lanes.pump(batchGroups)
    while (parts.candidates.size > candidatesLimit && lanes.active > 0) await lanes.ended()
  }
}

/** A scan waits for the lanes where more groups than this wait for a batch. */
const candidatesLimit = 20 * batchGroups

const brokenOff: LookEnd = {
  counts: { seen: 0, ignored: 0, unmatched: 0, subdirsNotEntered: 0, nearMisses: 0, samples: [] },
  fault: new Fault('the look was broken off'), fileSystem: null, directories: new Set(), unannounced: 0,
}

/** What is gone becomes a candidate, so that its group decides what that means. */
const vanish = async (watch: Watch, vanished: readonly Known[], parts: PassParts): Promise<void> => {
  for (const one of vanished) parts.candidates.add(watch.name, one.groupKey, { path: one.path, identity: null })
}

