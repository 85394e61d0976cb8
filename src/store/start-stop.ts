import { parseDateRange, type DateRange } from '../domain/date-range.ts'
import { Fault } from '../domain/fault.ts'
import { toColumn, type Instant } from '../domain/time.ts'
import type { Condition } from './conditions.ts'
import { filterValue, showValue, timeAgo } from './filter-values.ts'

/** Rows whose span from start to stop meets the range: `A/B`, `A/`, `/B`, `A` for one instant, or the two
 *  ends as a list, null being open. Ends that only touch don't meet; an instant belongs to a span that
 *  begins or ends with it. */
export const overlaps = (value: unknown, as: string): Condition => {
  const [after, before] = endsOf(value, as)
  if (after !== null && after === before) {
    return { sql: '("start" <= ? and "stop" >= ?)', parameters: [after, before] }
  }
  const parts = [
    ...(after === null ? [] : [{ sql: '"stop" > ?', at: after }]),
    ...(before === null ? [] : [{ sql: '"start" < ?', at: before }]),
  ]
  return { sql: `(${parts.map((one) => one.sql).join(' and ')})`, parameters: parts.map((one) => one.at) }
}

const endsOf = (value: unknown, as: string): readonly [string | null, string | null] => {
  if (typeof value === 'string') return textEnds(parseDateRange(value))
  if (!Array.isArray(value) || value.length !== 2) {
    throw new Fault(`${as} must be a date range such as 2026-01-15/2026-02-01, or a list of its two ends`)
  }
  const [after, before] = value.map((one: unknown) =>
    one === null ? null : String(filterValue('datetime', one, as)))
  if (after === null && before === null) {
    throw new Fault(`${as} is open at both ends`, { remedy: 'give one of them' })
  }
  if (typeof after === 'string' && typeof before === 'string' && after > before) {
    throw new Fault(`${as} ends before it begins`, { remedy: 'exchange its ends' })
  }
  return [after ?? null, before ?? null]
}

const textEnds = ({ after, before }: DateRange): readonly [string | null, string | null] =>
  [after === null ? null : toColumn(after), before === null ? null : toColumn(before)]

/** Rows that stop after a point in time, or within a duration such as `7d` before now. */
export const stopsSince = (value: unknown, as: string, now: Instant): Condition => ({
  sql: '"stop" > ?',
  parameters: [value instanceof Date ? filterValue('datetime', value, as) : cutoff(value, as, now)],
})

const cutoff = (value: unknown, as: string, now: Instant): string => {
  const at = typeof value === 'string' ? timeAgo(value, now) : null
  if (at === null) throw new Fault(`${as} must be an age such as 7d, 24h or 30m, was ${showValue(value)}`)
  return toColumn(at)
}
