import type { Watch } from '../config/config.ts'
import type { RuleSet } from '../config/rules.ts'
import type { Path } from '../domain/path.ts'
import type { Candidates } from './candidates.ts'
import type { Parts } from './parts.ts'
import { quietTimes, type Seen } from './readiness.ts'
import type { Quiet } from './settling.ts'

type Needed = Pick<Parts, 'files' | 'clock' | 'settling'> & { readonly candidates: Candidates }

/** What became of files that were seen. */
export type Taken = {
  /** How many became candidates. */
  readonly taken: number
  /** Those of them that nobody had noticed or announced before. */
  readonly unannounced: number
  readonly settling: readonly Path[]
}

/** What is complete by the evidence that its watch asks for becomes a candidate; the rest goes on settling. */
export const takeSeen = async (
  watch: Watch, seen: readonly Seen[], rules: RuleSet, parts: Needed, isAnnounced: (path: Path) => boolean = () => false,
): Promise<Taken> => {
  const { settling, candidates } = parts
  const quiet = await quietTimes(watch, seen, rules, parts)
  const writers = await writersOfQuiet(watch, seen, quiet, parts)
  const unsettled: Path[] = []
  let [taken, unannounced] = [0, 0]
  const take = (one: Seen, times: Quiet): boolean => {
    const { watchName, groupKey, path, identity } = one
    const writer = writers.get(one)
    if (writer !== undefined) {
      const lacks = `${writer} has it open for writing`
      settling.restart(one, { ...times, settleMs: watch.settleMs, lacks })
      return false
    }
    const isNew = !settling.has(path)
    if (!settling.note({ watchName, groupKey, path, identity }, times)) return false
    if (isNew && !isAnnounced(path)) unannounced += 1
    candidates.add(watchName, groupKey, { path, identity })
    return true
  }
  seen.forEach((one, index) => {
    const times = quiet[index]
    if (times === undefined) return
    if (take(one, times)) taken += 1
    else if (settling.has(one.path)) unsettled.push(one.path)
  })
  return { taken, unannounced, settling: unsettled }
}

/** Only what would settle now is asked about, in one question. */
const writersOfQuiet = async (
  watch: Watch, seen: readonly Seen[], quiet: readonly Quiet[], { settling, files }: Needed,
): Promise<ReadonlyMap<Seen, string>> => {
  if (!watch.vetoOpen) return new Map()
  const ready = seen.filter((one, index) => {
    const times = quiet[index]
    return times !== undefined && settling.isQuiet(one, times)
  })
  if (ready.length === 0) return new Map()
  const answers = await files.writers(ready.map(({ path, identity }) => ({ path, identity })))
  return new Map(ready.flatMap((one, index) => {
    const writer = answers[index] ?? null
    return writer === null ? [] : [[one, writer] as const]
  }))
}
