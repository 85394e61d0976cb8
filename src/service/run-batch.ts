import { Fault } from '../domain/fault.ts'
import type { Group } from '../domain/group.ts'
import type { Path } from '../domain/path.ts'
import { parseTemplate } from '../domain/template.ts'
import type { Instant } from '../domain/time.ts'
import { pipeline } from '../pipeline/pipeline.ts'
import type { Decision, Settings, Stage, StageWorld } from '../pipeline/stage.ts'
import { markVerified } from '../store/mark-verified.ts'
import type { Archives } from './archives.ts'
import { inCompanies } from './companies.ts'
import { newlyArchived, withLinkedIdentities } from './newly-archived.ts'
import type { Parts } from './parts.ts'
import { finishMoves, owing, removeSources } from './remove-sources.ts'
import { afterFault } from './retry.ts'

/** What a batch came to. */
export type BatchEnd = {
  readonly groups: readonly Group[]
  /** These changed meanwhile and settle again. */
  readonly resettle: readonly Moving[]
  /** Groups that took longer than a second in a stage: they left the batch, and go on with those that come late with them. */
  readonly slow: readonly SlowGroup[]
}

/** A file of a group that is not what it was when it was seen. */
export type Moving = { readonly watchName: string; readonly key: Path; readonly path: Path }

export type SlowGroup = { readonly watchName: string; readonly key: Path; readonly end: Promise<BatchEnd> }

type Work = Parts & { readonly settings: (watchName: string) => Settings; readonly archives: Archives }

/** A batch of whole groups through the seven stages, and its outcomes into the ledger. Stages decide; this writes.
 *  The one place where a stage's fault becomes `retry_pending` or `failed`. */
export const runBatch = async (batch: readonly Group[], work: Work): Promise<BatchEnd> => {
  const groups = await finishMoves(batch, work)
  return runStages(groups.map((group) => ({ group, decision: null })), pipeline, work)
}

/** A group on its way, with the decision of the stage that it left the batch in. */
type Going = { readonly group: Group; readonly decision: Decision | null }

const runStages = async (
  going: readonly Going[], stages: readonly Stage[], work: Work, isLate = false,
): Promise<BatchEnd> => {
  const now = work.clock.now()
  const through = await throughStages(going, stages, stageWorld(work, now), { ...work, isLate })
  const decided = await withLinkedIdentities(through.decided, work)
  await recordAll(decided, now, work)
  await removeSources(decided, now, work)
  return { groups: decided, resettle: through.resettle, slow: through.slow }
}

/** What the stages see of the world in one batch. */
export const stageWorld = (work: Work, now: Instant): StageWorld => ({
  now,
  files: work.files,
  plugins: work.plugins,
  settings: work.settings,
  archives: new Map(work.config.archives.map((archive) => [
    archive.name, { archive, template: parseTemplate(archive.destination) },
  ])),
  destination: (name) => ({ put: (groups) => work.archives.put(name, groups) }),
  settling: work.settling.ofGroup,
})

type Late = Work & { readonly isLate: boolean }
type Through = { readonly decided: Group[]; readonly resettle: Moving[]; readonly slow: SlowGroup[] }

const throughStages = async (
  first: readonly Going[], stages: readonly Stage[], world: StageWorld, work: Late,
): Promise<Through> => {
  const through: Through = { decided: [], resettle: [], slow: [] }
  let going = first
  for (const [index, stage] of stages.entries()) {
    const promises = decisionsOf(going, stage, world)
    const onward: Going[] = []
    const late: { item: Group; value: Promise<Decision> }[] = []
    const decisions = await withPatience(promises, stage, work)
    decisions.forEach((decision, at) => {
      const [value, item] = [promises[at], going[at]?.group]
      if (decision !== null) takeDecision(decision, stage, { through, onward, world, work })
      else if (value !== undefined && item !== undefined) late.push({ item, value })
    })
    const ends = inCompanies(late, work.clock, patienceMs, (company) =>
      runStages(company.map((one) => ({ group: one.item, decision: one.value })), stages.slice(index), work, true))
    through.slow.push(...late.map(({ item: { watchName, key } }, at) =>
      ({ watchName, key, end: leftAlone((ends[at] ?? nothing).then((end) => ownEnd(end, watchName, key))) })))
    going = onward
  }
  through.decided.push(...going.map((one) => one.group))
  return through
}

const nothing: Promise<BatchEnd> = Promise.resolve({ groups: [], resettle: [], slow: [] })

/** Where the batch that it left fails meanwhile, nobody hears of its own failure any more: a scan finds both again. */
const leftAlone = <T>(end: Promise<T>): Promise<T> => {
  end.catch(() => undefined)
  return end
}

/** What came of one group of a company. */
const ownEnd = ({ groups, resettle }: BatchEnd, watchName: string, key: Path): BatchEnd => ({
  groups: groups.filter((one) => one.watchName === watchName && one.key === key),
  resettle: resettle.filter((one) => one.watchName === watchName && one.key === key), slow: [],
})

/** Groups that come back from a slow stage have their decisions already. */
const decisionsOf = (going: readonly Going[], stage: Stage, world: StageWorld): readonly Promise<Decision>[] => {
  const decided = going.flatMap(({ decision }) => (decision === null ? [] : [Promise.resolve(decision)]))
  return decided.length > 0 ? decided : stage.run(going.map((one) => one.group), world)
}

/** How long a batch waits for one of its groups in one stage. */
const patienceMs = 1000

/** The decisions, null for each that is not there in time. A put is waited for: it is whole or not at all. */
const withPatience = async (
  promises: readonly Promise<Decision>[], stage: Stage, { clock, isLate }: Late,
): Promise<readonly (Decision | null)[]> => {
  const all = Promise.all(promises)
  const notYet = Promise.resolve(null)
  if (stage.name === 'archive' || isLate) return all
  const enough = new AbortController()
  const late = clock.sleep(patienceMs, enough.signal).then(() => null)
  const found = await Promise.race([all, late])
  enough.abort()
  return found ?? Promise.all(promises.map((one) => Promise.race([one, notYet])))
}

const moving = ({ watchName, key }: Group, paths: readonly Path[]): readonly Moving[] =>
  paths.map((path) => ({ watchName, key, path }))

type Taking = { readonly through: Through; readonly onward: Going[]; readonly world: StageWorld; readonly work: Work }

const takeDecision = (decision: Decision, stage: Stage, { through, onward, world, work }: Taking): void => {
  if (decision.is === 'go') onward.push({ group: decision.group, decision: null })
  else if (decision.is === 'rest') through.decided.push(decision.group)
  else if (decision.is === 'resettle') through.resettle.push(...moving(decision.group, decision.paths))
  else through.decided.push(afterFault(decision.group, stage.name, decision.fault, world.now, work.config.service))
}

/** One transaction; where it fails, what the archives hold for it is taken back. After trouble of the database nobody
 *  knows whether the commit came to its disk: then the intents stay, and the next run asks the ledger. */
const recordAll = async (groups: readonly Group[], now: Instant, work: Work): Promise<void> => {
  const receipts = new Map(groups.flatMap(({ receipt }) =>
    receipt === null ? [] : [[`${receipt.archive}\u0000${receipt.id}`, receipt] as const]))
  try {
    if (groups.length > 0) await work.record(owing(groups, now, work), now)
  } catch (error) {
    if (!(error instanceof Fault)) {
      for (const { archive, id } of receipts.values()) await work.destination(archive).takeBack(id)
    }
    throw error
  }
  const readBack = newlyArchived(groups, work, (one) => one.verify === 'readback' && one.action !== 'symlink')
  await markVerified(work.sql, readBack.map((one) => one.place?.path ?? ''), now)
  for (const { archive, id } of receipts.values()) await work.destination(archive).commit(id)
}
