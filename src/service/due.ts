import type { Group } from '../domain/group.ts'
import type { Path } from '../domain/path.ts'
import { decidedUnder } from '../store/decided-under.ts'
import { reopenChangedRules } from '../store/reopen-changed-rules.ts'
import { underOtherRules } from '../store/under-other-rules.ts'
import { activeWatches, type PassParts } from './pass-parts.ts'

/** So many rows at a time. */
export const page = 1000

/** So many ids are asked for at once of what other rules decided. */
const mostIds = 50 * page

/** What is left of a watch that other rules than these refused or left undecided: groups that are to be brought back, and
 *  whether these are all. */
export type OtherRules = { readonly digest: string; readonly left: readonly number[]; readonly isAll: boolean }

/** What other rules refused or left undecided is looked at again, a page at a time. Gives how many groups there were. */
export const reopenChanged = async (parts: PassParts): Promise<number> => {
  const open = activeWatches(parts).flatMap(({ name, rules }) => {
    const digest = parts.rules()[rules]?.digest
    if (digest === undefined) return []
    const known = parts.reopened.get(name)
    const own = known?.digest === digest ? known : { digest, left: [], isAll: false }
    return own.isAll && own.left.length === 0 ? [] : [{ name, own }]
  })
  const unknown = open.filter(({ own }) => own.left.length === 0)
  const decided = unknown.length > 1 ? await decidedUnder(parts.sql) : null
  let count = 0
  for (const { name, own } of open) {
    const isNone = decided !== null && own.left.length === 0 && (decided.get(name) ?? []).every((one) => one === own.digest)
    count += await reopenPage(name, isNone ? { ...own, isAll: true } : own, parts)
  }
  return count
}

const reopenPage = async (watchName: string, known: OtherRules, { sql, clock, reopened }: PassParts): Promise<number> => {
  const { digest } = known
  const isAsked = known.left.length === 0 && !known.isAll
  const left = isAsked ? await underOtherRules(sql, watchName, digest, mostIds) : known.left
  const own = left.slice(0, page)
  if (own.length > 0) await reopenChangedRules(sql, own, digest, clock.now())
  reopened.set(watchName, { digest, left: left.slice(page), isAll: isAsked ? left.length < mostIds : known.isAll })
  return own.length
}

/** A page of the groups whose time has come, longest due first. They become candidates. */
export const collectDue = async (parts: PassParts): Promise<readonly DueGroup[]> => {
  const due = await parts.claims.due(activeWatches(parts).map((one) => one.name), parts.clock.now(), page)
  for (const { watchName, key } of due) parts.candidates.add(watchName, key, null)
  return due
}

type DueGroup = { readonly watchName: string; readonly key: Path }

/** What was decided under rules that were swapped meanwhile is to be found by the next look for such groups. */
export const noteOldRules = (groups: readonly Group[], { config, rules, reopened }: PassParts): void => {
  const current = new Map(config.watches.map((one) => [one.name, rules()[one.rules]?.digest ?? null]))
  for (const { watchName, rulesDigest } of groups) if (rulesDigest !== current.get(watchName)) reopened.delete(watchName)
}
