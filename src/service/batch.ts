import type { Config, Watch } from '../config/config.ts'
import type { RuleSet, Rules } from '../config/rules.ts'
import { newComponent, type Component } from '../domain/component.ts'
import { Fault } from '../domain/fault.ts'
import type { Group } from '../domain/group.ts'
import { differenceOf, identityText, type Identity } from '../domain/identity.ts'
import type { Path } from '../domain/path.ts'
import { minute, type Instant } from '../domain/time.ts'
import type { Settings } from '../pipeline/stage.ts'
import { postponeGroups } from '../store/postpone-groups.ts'
import { loadGroups } from '../store/load-groups.ts'
import { isAbsenceBelieved } from './absence.ts'
import type { Candidate } from './candidates.ts'
import { extensionOf } from './group-keys.ts'
import { lookAtEach } from './look-at-each.ts'
import type { Parts } from './parts.ts'

/** The watch and the rule set of each watch name, as they are now. Whoever holds it is not touched by a reload. */
export const settingsOf = (config: Config, rules: Rules): ((watchName: string) => Settings) => {
  const all = new Map(config.watches.flatMap((watch) => {
    const own = rules[watch.rules]
    return own === undefined ? [] : [[watch.name, { watch: withArchive(watch, own), rules: own }] as const]
  }))
  return (watchName) => {
    const found = all.get(watchName)
    if (found === undefined) throw new Error(`no settings for the watch ${watchName}`)
    return found
  }
}

const withArchive = (watch: Watch, rules: RuleSet): Watch =>
  watch.archive === '' && rules.archive !== null ? { ...watch, archive: rules.archive } : watch

/** Whole groups as the ledger knows them, with what stands at their paths now. */
export const buildBatch = async (
  candidates: readonly Candidate[], settings: (watchName: string) => Settings, now: Instant,
  parts: Pick<Parts, 'sql' | 'files' | 'config' | 'settling' | 'clock'>,
): Promise<readonly Group[]> => {
  const known = await loadGroups(parts.sql, candidates.map((one) => one.digest))
  const groups = candidates.map((one) => known.get(one.digest) ?? null)
  const looked = await lookAtDue(candidates, groups, settings, parts)
  const away = await whereMountIsAway(looked, settings, parts)
  if (away.size > 0) await postponeGroups(parts.sql, [...away].map((one) => one.digest), now + minute)
  return candidates.flatMap((candidate, index) => {
    if (away.has(candidate)) return []
    const fresh = new Map([...(looked.get(candidate) ?? []), ...candidate.fresh])
    const { watch, rules } = settings(candidate.watchName)
    const group = groups[index] ?? newGroup(candidate, watch, now)
    const built = withFresh({ ...group, dueAt: null, heldBy: null, primaryExtension: rules.completeness?.primaryExtension ?? null, rulesDigest: rules.digest }, fresh, rules, now)
    return built.members.length === 0 ? [] : [built]
  })
}

/** A group whose time has come was not seen: its files are looked at, in one question for the batch. One that changed
 *  has to settle first. */
const lookAtDue = async (
  candidates: readonly Candidate[], groups: readonly (Group | null)[], settings: (name: string) => Settings,
  parts: Pick<Parts, 'files' | 'config' | 'settling' | 'clock'>,
): Promise<ReadonlyMap<Candidate, ReadonlyMap<Path, Identity | null>>> => {
  const asked = candidates.flatMap((candidate, index) =>
    candidate.due ? unseenMembers(groups[index] ?? null, candidate).map((one) => ({ candidate, one })) : [])
  const sights = await lookAtEach(asked.map(({ candidate, one }) => ({ watchName: candidate.watchName, path: one.path })), parts)
  const found = new Map<Candidate, Map<Path, Identity | null>>()
  asked.forEach(({ candidate, one }, index) => {
    const sight = sights[index]
    if (sight === undefined || sight instanceof Fault) return
    const identity = sight === null || sight.kind === 'directory' ? null : sight.identity
    const { watch } = settings(candidate.watchName)
    if (identity !== null && !isAsKnown(one, identity) && !hasSettled(one.path, identity, { candidate, watch }, parts)) return
    found.set(candidate, (found.get(candidate) ?? new Map<Path, Identity | null>()).set(one.path, identity))
  })
  return found
}

/** Due groups whose files are not to be seen while the mount of their watch is away: that tells nothing of them. */
const whereMountIsAway = async (
  looked: ReadonlyMap<Candidate, ReadonlyMap<Path, Identity | null>>, settings: (name: string) => Settings,
  parts: Pick<Parts, 'files' | 'sql'>,
): Promise<ReadonlySet<Candidate>> => {
  const missing = [...looked].flatMap(([candidate, seen]) => ([...seen.values()].includes(null) ? [candidate] : []))
  const away = new Set<Candidate>()
  for (const [watchName, own] of Map.groupBy(missing, (one) => one.watchName)) {
    if (!await isAbsenceBelieved(settings(watchName).watch, parts)) for (const one of own) away.add(one)
  }
  return away
}

const unseenMembers = (group: Group | null, { fresh }: Candidate): readonly Component[] =>
  [...(group?.members ?? []), ...(group?.previous ?? [])].filter((one) => one.inDelivery && !fresh.has(one.path))

const isAsKnown = (one: Component, now: Identity): boolean =>
  one.seen === identityText(now) || differenceOf(one.identity, now) === 'same'

/** By quiet alone; where the watch asks for more, it goes through the settling table. */
const hasSettled = (
  path: Path, identity: Identity, { candidate, watch }: { readonly candidate: Candidate; readonly watch: Watch },
  { settling, clock }: Pick<Parts, 'settling' | 'clock'>,
): boolean => {
  const sighting = { watchName: candidate.watchName, path, groupKey: candidate.key, identity }
  const quiet = { now: clock.now(), monotonic: clock.monotonic(), settleMs: watch.settleMs }
  if (watch.ready === 'settle' && !watch.vetoOpen) return settling.note(sighting, quiet)
  if (!settling.has(path)) settling.restart(sighting, quiet)
  return false
}

const newGroup = (candidate: Candidate, watch: Watch, now: Instant): Group => ({
  id: null, watchName: watch.name, fileType: watch.type, key: candidate.key, generation: 1, members: [], createdAt: now,
  lastArrivalAt: now, complete: false, completedAt: null, completedSeq: null, metadata: null, selectedBy: null,
  routedBy: null, archiveName: null, number: 1, primaryExtension: null, rulesDigest: null, dueAt: null, heldBy: null,
  warnedAt: null, releaseRequested: false, supersedes: false, receipt: null, previous: [],
})

const withFresh = (group: Group, fresh: ReadonlyMap<Path, Identity | null>, rules: RuleSet, now: Instant): Group => {
  const seen = (one: Component): Component => {
    const identity = fresh.get(one.path)
    return identity === undefined ? one : { ...one, fresh: identity }
  }
  const known = new Set([...group.members, ...group.previous].map((one) => one.path))
  const added = [...fresh].flatMap(([path, identity]) =>
    known.has(path) || identity === null ? [] : [newComponent({
      path, identity, fresh: identity, detectedAt: now,
      extension: extensionOf(path, rules),
    })])
  return { ...group, members: [...group.members.map(seen), ...added], previous: group.previous.map(seen) }
}
