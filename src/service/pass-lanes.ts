import { Overtaken } from '../store/overtaken.ts'
import { buildBatch, settingsOf } from './batch.ts'
import { addAgain, type Candidate } from './candidates.ts'
import { noteOldRules } from './due.ts'
import { openLanes, type Beside, type Lanes } from './lanes.ts'
import { lookAgain } from './look-again.ts'
import type { PassParts } from './pass-parts.ts'
import { runBatch, type BatchEnd } from './run-batch.ts'
import { addToTally } from './tally.ts'

/** The lanes that work the candidates off. */
export const passLanes = (parts: PassParts, signal: AbortSignal, onEnd: () => void = () => undefined): Lanes =>
  openLanes(parts.candidates, {
    lanes: Math.max(2, parts.config.service.workers), run: (batch) => oneBatch(batch, parts), onEnd,
    stopped: () => signal.aborted || parts.lease.isLost(),
  })

const oneBatch = async (candidates: readonly Candidate[], parts: PassParts): Promise<readonly Beside[]> => {
  parts.tidy()
  const settings = settingsOf(parts.config, parts.rules())
  const own = await parts.claims.take(candidates)
  if (own.length === 0) return []
  try {
    const batch = await buildBatch(own, settings, parts.clock.now(), parts)
    const end = await runBatch(batch, { ...parts, settings })
    await finish(end, own, parts)
    const late = besides(end, own, parts)
    parts.claims.letGo(own.filter((one) => !late.some(({ candidate }) => candidate === one)))
    return late
  } catch (error) {
    askAnew(error, own, parts)
    return []
  }
}

const finish = async ({ groups, resettle }: BatchEnd, candidates: readonly Candidate[], parts: PassParts): Promise<void> => {
  for (const group of groups) addToTally(group, parts.tally)
  noteOldRules(groups, parts)
  if (resettle.length > 0) await lookAgain(resettle, candidates, parts)
}

/** The slow groups of a batch are those that it did not decide about. */
const besides = (end: BatchEnd, candidates: readonly Candidate[], parts: PassParts): readonly Beside[] =>
  end.slow.flatMap(({ watchName, key, end: slow }) => {
    const candidate = candidates.find((one) => one.watchName === watchName && one.key === key)
    if (candidate === undefined) return []
    const finished = slow.then((late) => finish(late, candidates, parts)).then(() => parts.claims.letGo([candidate]))
    return [{ candidate, end: finished.catch((error: unknown) => askAnew(error, [candidate], parts)) }]
  })

/** Another process, such as a person's `retry`, wrote these rows first: they are asked for anew. */
const askAnew = (error: unknown, candidates: readonly Candidate[], parts: PassParts): void => {
  if (!(error instanceof Overtaken)) throw error
  addAgain(candidates, parts.candidates)
}
