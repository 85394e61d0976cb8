import { isArchived } from '../domain/component.ts'
import type { Group } from '../domain/group.ts'
import type { Path } from '../domain/path.ts'
import type { Instant } from '../domain/time.ts'
import { pipeline } from '../pipeline/pipeline.ts'
import type { Settings, StageWorld } from '../pipeline/stage.ts'
import { markRemoved } from '../store/mark-removed.ts'
import type { Archives } from './archives.ts'
import type { Parts } from './parts.ts'
import { afterFault } from './retry.ts'

/** What a batch came to. */
export type BatchEnd = {
  readonly groups: readonly Group[]
  /** These changed meanwhile and settle again. */
  readonly resettle: readonly Path[]
}

type Work = Parts & { readonly settings: (watchName: string) => Settings; readonly archives: Archives }

/** A batch of whole groups through the seven stages, and its outcomes into the ledger. Stages decide; this writes.
 *  The one place where a stage's fault becomes `retry_pending` or `failed`. */
export const runBatch = async (batch: readonly Group[], work: Work): Promise<BatchEnd> => {
  const now = work.clock.now()
  const { decided, resettle } = await throughStages(batch, stageWorld(work, now), work)
  await recordAll(decided, now, work)
  await removeSources(decided, now, work)
  return { groups: decided, resettle }
}

/** What the stages see of the world in one batch. */
export const stageWorld = (work: Work, now: Instant): StageWorld => ({
  now,
  files: work.files,
  plugins: work.plugins,
  settings: work.settings,
  archives: new Map(work.config.archives.map((one) => [one.name, one])),
  destination: (name) => ({ put: (groups) => work.archives.put(name, groups) }),
  settling: work.settling.ofGroup,
})

const throughStages = async (
  batch: readonly Group[], world: StageWorld, { config }: Work,
): Promise<{ decided: Group[]; resettle: Path[] }> => {
  const decided: Group[] = []
  const resettle: Path[] = []
  let going = batch
  for (const stage of pipeline) {
    const onward: Group[] = []
    for (const decision of await stage.run(going, world)) {
      if (decision.is === 'go') onward.push(decision.group)
      else if (decision.is === 'rest') decided.push(decision.group)
      else if (decision.is === 'resettle') resettle.push(...decision.paths)
      else decided.push(afterFault(decision.group, stage.name, decision.fault, world.now, config.service))
    }
    going = onward
  }
  return { decided: [...decided, ...going], resettle }
}

/** One transaction; where it fails, what the archives hold for it is taken back. */
const recordAll = async (groups: readonly Group[], now: Instant, work: Work): Promise<void> => {
  const receipts = new Map(groups.flatMap(({ receipt }) => (receipt === null ? [] : [[`${receipt.archive}\u0000${receipt.id}`, receipt] as const])))
  try {
    if (groups.length > 0) await work.record(groups, now)
  } catch (error) {
    for (const { archive, id } of receipts.values()) await work.destination(archive).takeBack(id)
    throw error
  }
  for (const { archive, id } of receipts.values()) await work.destination(archive).commit(id)
}

/** Only after the ledger has it: the sources of a `move` go. One that cannot be removed is tried again by each pass. */
const removeSources = async (groups: readonly Group[], now: Instant, work: Work): Promise<void> => {
  const moves = new Set(work.config.archives.filter((one) => one.action === 'move').map((one) => one.name))
  const sources = groups.flatMap((group) => group.members.filter((one) =>
    isArchived(one) && one.inDelivery && moves.has(one.place?.archive ?? '') && one.seen === null))
  if (sources.length === 0) return
  const answers = await work.files.remove(sources.map(({ path, identity }) => ({ path, identity })))
  await markRemoved(work.sql, sources.map((one, index) => {
    const answer = answers[index]
    return { path: one.path, reason: answer?.is === 'fault' ? answer.fault.sentence : null, removed: answer?.is === 'removed' || answer?.is === 'gone' }
  }), now)
}
