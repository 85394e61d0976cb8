import type { Watch } from '../config/config.ts'
import { Fault } from '../domain/fault.ts'
import { isAbsenceBelieved } from './absence.ts'
import type { BesideLoop } from './beside.ts'
import type { Candidate } from './candidates.ts'
import { lookAtEach } from './look-at-each.ts'
import type { PassParts } from './pass-parts.ts'
import { isClosed, type Seen } from './readiness.ts'
import type { Moving } from './run-batch.ts'
import type { Sighting } from './settling.ts'
import { takeSeen } from './take-seen.ts'

/** Looks again at what has been quiet for long enough. Where a look at files of the same watch is still on its way, they are
 *  not disturbed: it tells of them, or else they are looked at later. */
export const ripen = async (parts: PassParts, beside: BesideLoop | null = null): Promise<void> => {
  const { settling, clock } = parts
  const ripe = settling.ripe(clock.monotonic(), 1000)
  if (beside === null) return ripenThese(ripe, parts)
  for (const [name, own] of Map.groupBy(ripe, (one) => one.watchName)) {
    if (await beside.run(`ripen ${name}`, () => ripenThese(own, parts))) continue
    for (const { path } of own) settling.postpone(path, clock.monotonic())
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

/** Files that changed while they were decided about begin their quiet time anew. What else was seen of their groups is
 *  still to be decided about. */
export const lookAgain = async (
  moving: readonly Moving[], candidates: readonly Candidate[], parts: PassParts,
): Promise<void> => {
  const paths = new Set(moving.map((one) => one.path))
  const asked = moving.flatMap(({ watchName, key, path }) => {
    const watch = parts.config.watches.find((one) => one.name === watchName)
    return watch === undefined ? [] : [{ path, watch, watchName, groupKey: key }]
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
      const others = [...candidate.fresh].filter(([other]) => !paths.has(other))
      for (const [other, identity] of others) parts.candidates.add(watchName, groupKey, { path: other, identity })
    }
  })
}

/** Its quiet time begins anew. */
const restart = (sighting: Sighting, { settleMs }: Watch, { settling, clock }: PassParts): void =>
  settling.restart(sighting, { now: clock.now(), monotonic: clock.monotonic(), settleMs: Math.max(settleMs, 1) })
