import { parseDateTime } from '../domain/date-range.ts'
import { parseDuration } from '../domain/duration.ts'
import { Fault } from '../domain/fault.ts'
import { toColumn, type Instant } from '../domain/time.ts'
import type { ColumnType } from '../plugin/contract.ts'
import type { SqlValue } from '../world.ts'

/** One value to compare a column with. Times also as ISO 8601 text (UTC without a zone), numbers and
 *  booleans also as they are typed in a shell. */
export type FilterScalar = string | number | bigint | boolean | Date

/** A value as the column keeps it. What the column can't hold is a Fault; `as` is how the user named the
 *  filter. */
export const filterValue = (type: ColumnType, value: unknown, as: string): SqlValue => {
  const found = converters[type](value)
  if (found === null) throw new Fault(`${as} must be ${expectations[type]}, was ${showValue(value)}`)
  return found
}

type Converter = (value: unknown) => SqlValue

const text: Converter = (value) => (typeof value === 'string' && value.length <= longestText ? value : null)

/** Beyond it SQLite refuses a pattern. */
const longestText = 10_000

const number: Converter = (value) => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value === 'bigint') return fits(value)
  if (typeof value !== 'string') return null
  if (/^[+-]?\d{1,40}$/.test(value)) return fits(BigInt(value.replace('+', '')))
  const parsed = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value) ? Number(value) : Number.NaN
  return Number.isFinite(parsed) ? parsed : null
}

/** As a number where that is exact; null for what no column of 64 bits holds. */
const fits = (value: bigint): SqlValue => {
  if (BigInt.asIntN(64, value) !== value) return null
  return Number.isSafeInteger(Number(value)) ? Number(value) : value
}

const boolean: Converter = (value) => {
  if (typeof value === 'boolean') return Number(value)
  return value === 'true' ? 1 : value === 'false' ? 0 : null
}

const datetime: Converter = (value) => {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : columnTime(value.getTime())
  const at = typeof value === 'string' ? parseDateTime(value) : null
  return at === null ? null : columnTime(at)
}

/** Years of four digits, as columns have them. */
const columnTime = (at: number): string | null => {
  const written = toColumn(at)
  return /^\d{4}-/.test(written) ? written : null
}

const converters: Readonly<Record<ColumnType, Converter>> = {
  string: text, text, integer: number, bigint: number, float: number, boolean, datetime, json: () => null,
}

const aNumber = 'a number such as 42 (of at most 64 bits)'
const expectations: Readonly<Record<ColumnType, string>> = {
  string: 'text',
  text: 'text',
  integer: aNumber,
  bigint: aNumber,
  float: 'a number such as 0.5',
  boolean: 'true or false',
  datetime: 'a date or time such as 2026-11-21 or 2026-11-21T10:00:00Z',
  json: 'nothing: JSON columns are not compared',
}

/** The instant that was `7d`, `24h` or `30m` before now; null for other text, and beyond the year 1. */
export const timeAgo = (age: string, now: Instant): Instant | null => {
  const ms = parseDuration(age)
  return ms === null || now - ms < earliest ? null : now - ms
}

const earliest = Date.parse('0001-01-01T00:00:00Z')

/** Any value in a message. */
export const showValue = (value: unknown): string => {
  if (typeof value === 'string') return value.length > 80 ? `text of ${value.length} characters` : `"${value}"`
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : value.toISOString()
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}
