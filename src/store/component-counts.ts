import { statuses, type Status } from '../domain/status.ts'
import { day, hour, toColumn, type Instant, type Millis } from '../domain/time.ts'
import type { Sql } from '../world.ts'

/** How far back each column of the status table looks, by when components were detected. */
export const windows = {
  '1h': hour, '4h': 4 * hour, '1d': day, '7d': 7 * day, '30d': 30 * day, total: Infinity,
} as const satisfies Record<string, Millis>
export type WindowName = keyof typeof windows
export const windowNames = Object.keys(windows) as WindowName[]

/** Components by status and window. Every status is there, those that nothing has with zeros. */
export type ComponentCounts = Readonly<Record<Status, Readonly<Record<WindowName, number>>>>

/** Counts over the index of statuses. The windows are asked apart and summed afterwards, and what is archived for
 *  longer than the widest of them is what all others leave of the whole, since that is most of a ledger. */
export const componentCounts = async (sql: Sql, now: Instant): Promise<ComponentCounts> => {
  const asked = statuses.flatMap((status) => slices(now).map((slice) => ({ status, ...slice })))
    .filter(({ status, name }) => status !== 'archived' || name !== 'total')
  const one = `(select count(*) from file_components where status = ? and detected_at >= ? and detected_at < ?)`
  const rows = await sql.all<{ slot: number; count: number }>(
    `select -1 as slot, (select count(*) from file_components) as count
     ${asked.map((_, slot) => `union all select ${slot}, ${one}`).join(' ')}`,
    asked.flatMap(({ status, since, before }) => [status, since, before]),
  )
  const counts = new Map(rows.map((row) => [row.slot, row.count]))
  const found = new Map(asked.map(({ status, name }, slot) => [`${status} ${name}`, counts.get(slot) ?? 0]))
  const counted = [...found.values()].reduce((sum, count) => sum + count, 0)
  found.set('archived total', (counts.get(-1) ?? 0) - counted)
  return Object.fromEntries(statuses.map((status) => {
    let sum = 0
    const counts = windowNames.map((name) => [name, (sum += found.get(`${status} ${name}`) ?? 0)])
    return [status, Object.fromEntries(counts)]
  })) as ComponentCounts
}

/** Windows that do not overlap: each ends where the shorter one begins. The newest has no end, so that what another
 *  host with a faster clock recorded counts too. */
const slices = (now: Instant) =>
  windowNames.map((name, index) => ({
    name,
    since: name === 'total' ? '0001-01-01' : toColumn(now - windows[name]),
    before: index === 0 ? endOfTime : toColumn(now - windows[windowNames[index - 1] ?? name]),
  }))

/** Sorts behind every time. */
const endOfTime = '9999-12-31'
