import type { Group } from '../domain/group.ts'
import { decidedUnder } from '../store/decided-under.ts'
import { reopenChangedRules } from '../store/reopen-changed-rules.ts'
import { activeWatches, type PassParts } from './pass-parts.ts'

/** So many rows at a time. */
const page = 1000

/** What other rules refused or left undecided is looked at again, a page at a time. Gives how many groups there were. */
export const reopenChanged = async (parts: PassParts): Promise<number> => {
  const now = parts.clock.now()
  const open = activeWatches(parts).flatMap(({ name, rules }) => {
    const digest = parts.rules()[rules]?.digest
    return digest === undefined || parts.reopened.get(name) === digest ? [] : [{ name, digest }]
  })
  const decided = open.length > 1 ? await decidedUnder(parts.sql) : null
  let all = 0
  for (const { name, digest } of open) {
    const isOther = decided === null || (decided.get(name) ?? []).some((one) => one !== digest)
    const count = isOther ? await reopenChangedRules(parts.sql, name, digest, { now, limit: page }) : 0
    if (count < page) parts.reopened.set(name, digest)
    all += count
  }
  return all
}

/** Groups whose time has come become candidates. Gives how many there were. */
export const collectDue = async (parts: PassParts): Promise<number> => {
  const due = await parts.claims.due(activeWatches(parts).map((one) => one.name), parts.clock.now(), page)
  for (const { watchName, key } of due) parts.candidates.add(watchName, key, null)
  return due.length
}

/** What was decided under rules that were swapped meanwhile is to be found by the next look for such groups. */
export const noteOldRules = (groups: readonly Group[], { config, rules, reopened }: PassParts): void => {
  const current = new Map(config.watches.map((one) => [one.name, rules()[one.rules]?.digest ?? null]))
  for (const { watchName, rulesDigest } of groups) if (rulesDigest !== current.get(watchName)) reopened.delete(watchName)
}
