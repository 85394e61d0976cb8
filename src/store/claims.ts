import { toColumn, type Instant } from '../domain/time.ts'
import type { Path } from '../domain/path.ts'
import type { Sql } from '../world.ts'
import { Overtaken } from './overtaken.ts'

/** Claims those of these groups that nobody has in hand. Gives all that are this fence's now. */
export const claimGroups = async (tx: Sql, fence: number, digests: readonly string[]): Promise<ReadonlySet<string>> => {
  await tx.many('insert or ignore into claims (group_digest, fence) values (?, ?)', digests.toSorted().map((one) => [one, fence]))
  return claimed(tx, 'fence = ?', [fence], digests)
}

/** Claims these groups, or has them by a lease that was taken: to end what its holder began. */
export const claimToEnd = async (tx: Sql, fence: number, digests: readonly string[]): Promise<ReadonlySet<string>> => {
  await claimGroups(tx, fence, digests)
  return claimed(tx, '(fence = ? or fence in (select fence from leases where taken_by = ?))', [fence, fence], digests)
}

const claimed = async (tx: Sql, whose: string, parameters: readonly number[], digests: readonly string[]): Promise<ReadonlySet<string>> => {
  const rows = await tx.all<{ group_digest: string }>(
    `select group_digest from claims where ${whose} and group_digest in (select value from json_each(?))`, [...parameters, JSON.stringify(digests)],
  )
  return new Set(rows.map((row) => row.group_digest))
}

/** Claims groups of these watches whose time has come, longest due first. Those that somebody else claims or changes just
 *  now are left out, not waited for. */
export const claimDue = async (
  tx: Sql, fence: number, watchNames: readonly string[], { now, limit }: { readonly now: Instant; readonly limit: number },
): Promise<readonly DueGroup[]> => {
  const rows = await tx.all<DueGroup>(
    `select watch_name as "watchName", group_key as "key", group_digest as digest from files
      where due_at <= ? and is_latest = 1 and watch_name in (select value from json_each(?))
        and not exists (select 1 from claims c where c.group_digest = files.group_digest and c.fence <> ?)
      order by due_at limit ? for update skip locked`,
    [toColumn(now), JSON.stringify(watchNames), fence, limit],
  )
  const mine = await claimGroups(tx, fence, rows.map((one) => one.digest))
  return rows.filter((one) => mine.has(one.digest))
}

export type DueGroup = { readonly watchName: string; readonly key: Path; readonly digest: string }

/** Whoever records groups must have claimed them, or ends the work of somebody who had. */
export const requireClaims = async (tx: Sql, fence: number, digests: readonly string[]): Promise<void> => {
  const mine = await claimed(tx, '(fence = ? or fence in (select fence from leases where taken_by = ?))', [fence, fence], digests)
  if (mine.size < new Set(digests).size) throw new Overtaken(`${digests.length - mine.size} groups are in the hands of another host`)
}

/** Others may have these groups. */
export const releaseClaims = async (tx: Sql, fence: number, digests: readonly string[]): Promise<void> => {
  await tx.run('delete from claims where fence = ? and group_digest in (select value from json_each(?))', [fence, JSON.stringify(digests)])
}
