import { Fault } from '../domain/fault.ts'
import type { Path } from '../domain/path.ts'
import type { Status } from '../domain/status.ts'
import type { Group } from '../domain/group.ts'
import { stepsOf } from '../domain/group.ts'
import { dueGroups } from '../store/due-groups.ts'
import { Overtaken } from '../store/record-batch.ts'
import { reopenChangedRules } from '../store/reopen-changed-rules.ts'
import type { Archives } from './archives.ts'
import { buildBatch, settingsOf } from './batch.ts'
import type { Candidate, Candidates } from './candidates.ts'
import { openLanes, type Beside, type Lanes } from './lanes.ts'
import { groupKeys } from './group-keys.ts'
import type { Parts } from './parts.ts'
import { runBatch, type BatchEnd } from './run-batch.ts'
import type { Found } from './scan.ts'
import type { Watch } from '../config/config.ts'

/** What passes did since they began. */
export type Tally = {
  lookedAt: number
  archived: number
  bytes: number
  /** Components newly in trouble, by status. */
  readonly trouble: Map<Status, number>
}

export type PassParts = Parts & {
  readonly archives: Archives
  readonly candidates: Candidates
  readonly tally: Tally
  /** Under which rules everything of a watch was decided or brought back: nothing is left of others. */
  readonly reopened: Map<string, string>
}

export const newTally = (): Tally => ({ lookedAt: 0, archived: 0, bytes: 0, trouble: new Map() })

/** Files that were seen: what has settled becomes a candidate, the rest goes on settling. Gives how many had settled
 *  without having been noticed before. */
export const settle = async (watch: Watch, found: readonly Found[], parts: PassParts): Promise<number> => {
  const rules = parts.rules()[watch.rules]
  if (found.length === 0 || rules === undefined) return 0
  let unannounced = 0
  parts.tally.lookedAt += found.length
  const keys = await groupKeys(found.map((one) => one.path), watch, rules, parts.plugins)
  const times = { now: parts.clock.now(), monotonic: parts.clock.monotonic(), settleMs: watch.settleMs }
  found.forEach(({ path, identity }, index) => {
    const key = keys[index]
    if (key === undefined) return
    if (key instanceof Fault) return parts.log.write('ERROR', `watch ${watch.name}: ${key.sentence}`)
    const isNew = !parts.settling.has(path)
    if (!parts.settling.note({ watchName: watch.name, path, groupKey: key, identity }, times)) return
    if (isNew) unannounced += 1
    parts.candidates.add(watch.name, key, { path, identity })
  })
  return unannounced
}

/** Looks again at what has been quiet for long enough. */
export const ripen = async (parts: PassParts): Promise<void> => {
  const ripe = parts.settling.ripe(parts.clock.monotonic(), 1000)
  if (ripe.length === 0) return
  const sights = await parts.files.look(ripe.map((one) => one.path))
  ripe.forEach((sighting, index) => {
    const sight = sights[index]
    const watch = parts.config.watches.find((one) => one.name === sighting.watchName)
    if (watch === undefined || sight === undefined || sight instanceof Fault) return
    if (sight === null || sight.kind === 'directory') {
      parts.settling.forget(sighting.path)
      parts.candidates.add(sighting.watchName, sighting.groupKey, { path: sighting.path, identity: null })
      return
    }
    const times = { now: parts.clock.now(), monotonic: parts.clock.monotonic(), settleMs: watch.settleMs }
    const { identity } = sight
    if (parts.settling.note({ ...sighting, identity }, times)) {
      parts.candidates.add(sighting.watchName, sighting.groupKey, { path: sighting.path, identity })
    }
  })
}

/** What other rules refused or left undecided is looked at again, a page at a time. */
export const reopenChanged = async (parts: PassParts, limit = 1000): Promise<void> => {
  const now = parts.clock.now()
  for (const watch of parts.config.watches) {
    const digest = parts.rules()[watch.rules]?.digest
    if (digest === undefined || parts.reopened.get(watch.name) === digest) continue
    const count = await reopenChangedRules(parts.sql, watch.name, digest, { now, limit })
    if (count < limit) parts.reopened.set(watch.name, digest)
  }
}

/** Groups whose time has come become candidates. Gives how many there were. */
export const collectDue = async (parts: PassParts, limit = 1000): Promise<number> => {
  const watches = new Set(parts.config.watches.map((one) => one.name))
  const due = (await dueGroups(parts.sql, parts.clock.now(), limit)).filter((one) => watches.has(one.watchName))
  for (const { watchName, key } of due) parts.candidates.add(watchName, key, null)
  return due.length
}

/** The lanes that work the candidates off. */
export const passLanes = (parts: PassParts, signal: AbortSignal, onEnd: () => void = () => undefined): Lanes =>
  openLanes(parts.candidates, {
    lanes: Math.max(2, parts.config.service.workers), run: (batch) => oneBatch(batch, parts), onEnd,
    stopped: () => signal.aborted,
  })

const oneBatch = async (candidates: readonly Candidate[], parts: PassParts): Promise<readonly Beside[]> => {
  const settings = settingsOf(parts.config, parts.rules())
  try {
    const batch = await buildBatch(candidates, settings, parts.clock.now(), parts)
    const end = await runBatch(batch, { ...parts, settings })
    await finish(end, batch, parts)
    return besides(end, candidates, batch, parts)
  } catch (error) {
    if (!(error instanceof Overtaken)) throw error
    for (const { watchName, key, fresh } of candidates) enqueueAgain(parts, watchName, key, fresh)
    return []
  }
}

const finish = async ({ groups, resettle }: BatchEnd, batch: readonly Group[], parts: PassParts): Promise<void> => {
  for (const group of groups) count(group, parts.tally)
  if (resettle.length > 0) await lookAgain(resettle, batch, parts)
}

/** The slow groups of a batch are those that it did not decide about. */
const besides = (
  end: BatchEnd, candidates: readonly Candidate[], batch: readonly Group[], parts: PassParts,
): readonly Beside[] =>
  end.slow.map(({ watchName, key, end: slow }) => ({
    candidate: candidates.find((one) => one.watchName === watchName && one.key === key),
    end: slow.then((late) => finish(late, batch, parts)),
  })).flatMap(({ candidate, end: slow }) => (candidate === undefined ? [] : [{ candidate, end: slow }]))

/** Another process, such as a person's `retry`, wrote these rows first: they are asked for anew. */
const enqueueAgain = (parts: PassParts, watchName: string, key: Path, fresh: Candidate['fresh']): void => {
  if (fresh.size === 0) parts.candidates.add(watchName, key, null)
  for (const [path, identity] of fresh) parts.candidates.add(watchName, key, { path, identity })
}

/** Files that changed while they were decided about begin their quiet time anew. */
const lookAgain = async (paths: readonly string[], batch: readonly Group[], parts: PassParts): Promise<void> => {
  const sights = await parts.files.look(paths)
  const monotonic = parts.clock.monotonic()
  paths.forEach((path, index) => {
    const group = batch.find((one) => one.members.some((member) => member.path === path))
    const sight = sights[index]
    const watch = parts.config.watches.find((one) => one.name === group?.watchName)
    if (group === undefined || watch === undefined || sight === undefined || sight instanceof Fault) return
    if (sight === null) return parts.candidates.add(group.watchName, group.key, { path, identity: null })
    const settleMs = Math.max(watch.settleMs, 1)
    parts.settling.note(
      { watchName: group.watchName, path, groupKey: group.key, identity: sight.identity },
      { now: -Infinity, monotonic, settleMs },
    )
  })
}

const troubles: readonly Status[] = ['integrity_failed', 'timed_out', 'retry_pending', 'failed']

const count = (group: Group, tally: Tally): void => {
  for (const { member, step } of stepsOf(group)) {
    if (step.from === step.to || step.to !== member.status) continue
    if (step.to === 'archived') {
      tally.archived += 1
      tally.bytes += member.identity.sizeBytes
    } else if (troubles.includes(step.to)) tally.trouble.set(step.to, (tally.trouble.get(step.to) ?? 0) + 1)
  }
}
