import type { Watch } from '../config/config.ts'
import { Fault } from '../domain/fault.ts'
import { settle, workOff, batchGroups, type PassParts } from './pass.ts'
import { scan, type ScanEnd } from './scan.ts'
import type { Known } from '../store/known-in-directory.ts'

/** One look at one watch: everything it has is held against the ledger, and batches are worked off meanwhile. */
export const lookAtWatch = async (watch: Watch, parts: PassParts, signal: AbortSignal): Promise<ScanEnd> => {
  const vanished: Known[] = []
  let known = 0
  const walk = scan(watch, parts)
  for (;;) {
    const step = await walk.next()
    if (step.done) {
      if (step.value.fault === null) await vanish(watch, vanished, known, parts)
      return step.value
    }
    if (signal.aborted) return walk.return(emptyEnd).then(() => emptyEnd)
    known += step.value.found.length
    vanished.push(...step.value.vanished)
    await settle(watch, step.value.found, parts)
    if (parts.candidates.size >= batchGroups * 4) await workOff(parts, signal, batchGroups)
  }
}

const emptyEnd: ScanEnd = {
  counts: { seen: 0, ignored: 0, unmatched: 0, subdirsNotEntered: 0, nearMisses: 0, samples: [] },
  fault: new Fault('the look was broken off'), fileSystem: null, directories: new Set(),
}

/** What is gone becomes a candidate, so that its group decides what that means. */
const vanish = async (watch: Watch, vanished: readonly Known[], _known: number, parts: PassParts): Promise<void> => {
  for (const one of vanished) parts.candidates.add(watch.name, one.groupKey, { path: one.path, identity: null })
}

