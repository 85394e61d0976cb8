import { Fault } from '../domain/fault.ts'
import { differenceOf, type Identity } from '../domain/identity.ts'
import type { Path } from '../domain/path.ts'
import type { Status } from '../domain/status.ts'
import type { Group } from '../domain/group.ts'
import { stepsOf } from '../domain/group.ts'
import { Overtaken } from '../store/overtaken.ts'
import { reopenChangedRules } from '../store/reopen-changed-rules.ts'
import type { BesideLoop } from './beside.ts'
import { isAbsenceBelieved } from './absence.ts'
import type { Archives } from './archives.ts'
import { buildBatch, settingsOf } from './batch.ts'
import { addAgain, type Candidate, type Candidates } from './candidates.ts'
import type { Claims } from './claims.ts'
import { openLanes, type Beside, type Lanes } from './lanes.ts'
import { lookAtEach } from './look-at-each.ts'
import { groupKeys } from './group-keys.ts'
import type { Lease } from './lease.ts'
import type { Parts } from './parts.ts'
import { runBatch, type BatchEnd } from './run-batch.ts'
import { takeSeen } from './take-seen.ts'
import type { Seen } from './readiness.ts'
import type { Sighting } from './settle.ts'
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
  readonly lease: Lease
  readonly claims: Claims
  readonly tally: Tally
  /** Under which rules everything of a watch was decided or brought back: nothing is left of others. */
  readonly reopened: Map<string, string>
}

export const newTally = (): Tally => ({ lookedAt: 0, archived: 0, bytes: 0, trouble: new Map() })

/** What hints say of files: those that were closed after writing, and whether one waits that leads to a path. */
type Told = { readonly closed?: ReadonlySet<Path>; readonly isAnnounced?: ((path: Path) => boolean) | undefined }

/** Files that were seen: what has settled becomes a candidate, the rest goes on settling. Gives how many had settled
 *  without having been noticed or announced before. */
export const settle = async (
  watch: Watch, found: readonly Found[], parts: PassParts, { closed, isAnnounced }: Told = {},
): Promise<number> => {
  const rules = parts.rules()[watch.rules]
  if (found.length === 0 || rules === undefined) return 0
  parts.tally.lookedAt += found.length
  const keys = await groupKeys(found.map((one) => one.path), watch, rules, parts.plugins)
  const seen = found.flatMap(({ path, identity }, index): readonly Seen[] => {
    const key = keys[index]
    if (key === undefined) return []
    if (key instanceof Fault) {
      parts.log.write('ERROR', `watch ${watch.name}: ${key.sentence}`)
      return []
    }
    const isFinished = closed?.has(path) === true || isClosed(path, identity, watch, parts)
    return [{ watchName: watch.name, path, groupKey: key, identity, closed: isFinished }]
  })
  return takeSeen(watch, seen, rules, parts, isAnnounced)
}

/** It was closed when it was seen last, and is still as it was then. */
const isClosed = (path: Path, identity: Identity, { ready, settleMs }: Watch, { settling }: PassParts): boolean => {
  const before = ready === 'close' ? settling.seen(path) : null
  return before !== null && before.settleMs < settleMs && differenceOf(before.identity, identity) === 'same'
}

/** Looks again at what has been quiet for long enough. */
export const ripen = async (parts: PassParts, beside: BesideLoop | null = null): Promise<void> => {
  const ripe = parts.settling.ripe(parts.clock.monotonic(), 1000)
  if (beside === null) return ripenThese(ripe, parts)
  for (const [name, own] of Map.groupBy(ripe, (one) => one.watchName)) {
    if (await beside.run(`ripen ${name}`, () => ripenThese(own, parts))) continue
    const watch = parts.config.watches.find((one) => one.name === name)
    if (watch !== undefined) for (const sighting of own) restart(sighting, watch, parts)
  }
}

const ripenThese = async (ripe: readonly Sighting[], parts: PassParts): Promise<void> => {
  if (ripe.length === 0) return
  const sights = await lookAtEach(ripe, parts)
  const seen = new Map<Watch, Seen[]>()
  ripe.forEach((sighting, index) => {
    const sight = sights[index]
    const watch = parts.config.watches.find((one) => one.name === sighting.watchName)
    if (watch === undefined || sight === undefined) return
    if (sight instanceof Fault) return restart(sighting, watch, parts)
    if (sight === null || sight.kind === 'directory') {
      parts.settling.forget(sighting.path)
      parts.candidates.add(sighting.watchName, sighting.groupKey, { path: sighting.path, identity: null })
      return
    }
    const { identity } = sight
    const one = { ...sighting, identity, closed: isClosed(sighting.path, identity, watch, parts) }
    const own = seen.get(watch)
    if (own === undefined) seen.set(watch, [one])
    else own.push(one)
  })
  for (const [watch, own] of seen) {
    const rules = parts.rules()[watch.rules]
    if (rules !== undefined) await takeSeen(watch, own, rules, parts)
  }
}

/** Its quiet time begins anew. */
const restart = (sighting: Sighting, { settleMs }: Watch, { settling, clock }: PassParts): void =>
  settling.restart(sighting, { now: clock.now(), monotonic: clock.monotonic(), settleMs: Math.max(settleMs, 1) })

/** What other rules refused or left undecided is looked at again, a page at a time. */
export const reopenChanged = async (parts: PassParts, limit = 1000): Promise<void> => {
  const now = parts.clock.now()
  for (const watch of activeWatches(parts)) {
    const digest = parts.rules()[watch.rules]?.digest
    if (digest === undefined || parts.reopened.get(watch.name) === digest) continue
    const count = await reopenChangedRules(parts.sql, watch.name, digest, { now, limit })
    if (count < limit) parts.reopened.set(watch.name, digest)
  }
}

/** Groups whose time has come become candidates. Gives how many there were. */
export const collectDue = async (parts: PassParts, limit = 1000): Promise<number> => {
  const due = await parts.claims.due(activeWatches(parts).map((one) => one.name), parts.clock.now(), limit)
  for (const { watchName, key } of due) parts.candidates.add(watchName, key, null)
  return due.length
}

/** The watches that are this process's to work on. */
export const activeWatches = ({ config, lease }: Pick<PassParts, 'config' | 'lease'>): readonly Watch[] =>
  config.watches.filter((one) => lease.isActive(one.name))

/** The lanes that work the candidates off. */
export const passLanes = (parts: PassParts, signal: AbortSignal, onEnd: () => void = () => undefined): Lanes =>
  openLanes(parts.candidates, {
    lanes: Math.max(2, parts.config.service.workers), run: (batch) => oneBatch(batch, parts), onEnd,
    stopped: () => signal.aborted || parts.lease.isLost(),
  })

const oneBatch = async (candidates: readonly Candidate[], parts: PassParts): Promise<readonly Beside[]> => {
  const settings = settingsOf(parts.config, parts.rules())
  const own = await parts.claims.take(candidates)
  if (own.length === 0) return []
  try {
    const batch = await buildBatch(own, settings, parts.clock.now(), parts)
    const end = await runBatch(batch, { ...parts, settings })
    await finish(end, batch, own, parts)
    const late = besides(end, own, batch, parts)
    parts.claims.letGo(own.filter((one) => !late.some(({ candidate }) => candidate === one)))
    return late
  } catch (error) {
    askAnew(error, own, parts)
    return []
  }
}

const finish = async (
  { groups, resettle }: BatchEnd, batch: readonly Group[], candidates: readonly Candidate[], parts: PassParts,
): Promise<void> => {
  for (const group of groups) count(group, parts.tally)
  noteOldRules(groups, parts)
  if (resettle.length > 0) await lookAgain(resettle.map((one) => one.path), batch, candidates, parts)
}

/** What was decided under rules that were swapped meanwhile is to be found by the next look for such groups. */
const noteOldRules = (groups: readonly Group[], { config, rules, reopened }: PassParts): void => {
  const current = new Map(config.watches.map((one) => [one.name, rules()[one.rules]?.digest ?? null]))
  for (const { watchName, rulesDigest } of groups) if (rulesDigest !== current.get(watchName)) reopened.delete(watchName)
}

/** The slow groups of a batch are those that it did not decide about. */
const besides = (
  end: BatchEnd, candidates: readonly Candidate[], batch: readonly Group[], parts: PassParts,
): readonly Beside[] =>
  end.slow.flatMap(({ watchName, key, end: slow }) => {
    const candidate = candidates.find((one) => one.watchName === watchName && one.key === key)
    if (candidate === undefined) return []
    const finished = slow.then((late) => finish(late, batch, candidates, parts)).then(() => parts.claims.letGo([candidate]))
    return [{ candidate, end: finished.catch((error: unknown) => askAnew(error, [candidate], parts)) }]
  })

/** Another process, such as a person's `retry`, wrote these rows first: they are asked for anew. */
const askAnew = (error: unknown, candidates: readonly Candidate[], parts: PassParts): void => {
  if (!(error instanceof Overtaken)) throw error
  addAgain(candidates, parts.candidates)
}

/** Files that changed while they were decided about begin their quiet time anew. What else was seen of their groups is
 *  still to be decided about. */
const lookAgain = async (
  paths: readonly Path[], batch: readonly Group[], candidates: readonly Candidate[], parts: PassParts,
): Promise<void> => {
  const asked = paths.flatMap((path) => {
    const group = batch.find((one) => [...one.members, ...one.previous].some((member) => member.path === path))
    const watch = parts.config.watches.find((one) => one.name === group?.watchName)
    return group === undefined || watch === undefined ? [] : [{ path, watch, watchName: watch.name, groupKey: group.key }]
  })
  const sights = await lookAtEach(asked, parts)
  const believed = new Set<string>()
  for (const watch of new Set(asked.filter((_, index) => sights[index] === null).map((one) => one.watch))) {
    if (await isAbsenceBelieved(watch, parts)) believed.add(watch.name)
  }
  asked.forEach(({ path, watch, watchName, groupKey }, index) => {
    const sight = sights[index]
    if (sight === undefined || sight instanceof Fault) return
    if (sight === null) {
      if (believed.has(watchName)) parts.candidates.add(watchName, groupKey, { path, identity: null })
    } else restart({ watchName, path, groupKey, identity: sight.identity }, watch, parts)
    if (sight !== null && !parts.settling.has(path)) return
    for (const candidate of candidates) {
      if (candidate.watchName !== watchName || candidate.key !== groupKey) continue
      const others = [...candidate.fresh].filter(([other]) => !paths.includes(other))
      for (const [other, identity] of others) parts.candidates.add(watchName, groupKey, { path: other, identity })
    }
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
