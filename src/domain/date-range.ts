import { Fault } from './fault.ts'
import type { Instant } from './time.ts'

/** A span of time; null is an open end. `after` is never later than `before`; both equal is one instant. */
export type DateRange = { readonly after: Instant | null; readonly before: Instant | null }

const date = String.raw`(?<year>\d{4})(?<dash>-?)(?<month>\d{2})\k<dash>(?<day>\d{2})`
const seconds = String.raw`(?<seconds>\d{2})(?:[.,](?<digits>\d{1,9}))?`
const time = String.raw`(?<hours>\d{2})(?::?(?<minutes>\d{2})(?::?${seconds})?)?`
const zone = String.raw`(?<offset>[Zz]|[+-]\d{2}(?::?\d{2})?)?`
const iso8601 = new RegExp(`^${date}(?:[Tt ]${time}${zone})?$`)

/** ISO 8601 as an instant: a date, or a date and time with or without a zone; without one it is UTC. Digits
 *  beyond milliseconds are cut. Null for other text, days that do not exist and years outside 1 to 9999. */
export const parseDateTime = (text: string): Instant | null => {
  const canonical = text.length === 24 ? Date.parse(text) : Number.NaN
  if (canonical >= earliest && new Date(canonical).toISOString() === text) return canonical
  const found = iso8601.exec(text.trim())
  if (found === null) return null
  const { year, month, day, hours = '00', minutes = '00', seconds: whole = '00' } = found.groups ?? {}
  const { digits = '', offset = 'Z' } = found.groups ?? {}
  const millis = digits.padEnd(3, '0').slice(0, 3)
  const written = `${year}-${month}-${day}T${hours}:${minutes}:${whole}.${millis}Z`
  const local = Date.parse(written)
  const aheadMs = aheadOfUtc(offset)
  if (aheadMs === null || Number.isNaN(local) || new Date(local).toISOString() !== written) return null
  const at = local - aheadMs
  return at < earliest || at > latest ? null : at
}

const earliest = Date.parse('0001-01-01T00:00:00Z')
const latest = Date.parse('9999-12-31T23:59:59.999Z')

const aheadOfUtc = (offset: string): number | null => {
  if (offset.toUpperCase() === 'Z') return 0
  const [hours, minutes] = [Number(offset.slice(1, 3)), Number(offset.slice(3).replace(':', ''))]
  if (hours > 23 || minutes > 59) return null
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000
}

const examples = '2026-01-15/2026-02-01, 2026-01-15T12:00:00Z/ (from then on) or /2026-02-01 (until then)'

/** `A/B`, `A/`, `/B`, or `A` for one instant, each as `parseDateTime` takes it; a date is its midnight.
 *  Anything else, also a range that ends before it begins, is a Fault with examples. */
export const parseDateRange = (text: string): DateRange => {
  const sides = text.split('/').map((side) => side.trim())
  const [first = '', second] = sides
  if (sides.length > 2) throw mistake(text, `it has ${sides.length - 1} slashes`)
  if (first === '' && (second ?? '') === '') throw mistake(text, 'neither end is given')
  const after = first === '' ? null : instant(first, text)
  const before = second === undefined ? after : second === '' ? null : instant(second, text)
  if (after !== null && before !== null && after > before) {
    throw new Fault(`the date range "${text}" ends before it begins`, { remedy: `write ${second}/${first}` })
  }
  return { after, before }
}

const instant = (side: string, range: string): Instant => {
  const at = parseDateTime(side)
  if (at !== null) return at
  const isWellWritten = iso8601.test(side)
  throw mistake(range, isWellWritten ? `there is no ${side}` : `"${side}" is not an ISO 8601 date or time`)
}

const mistake = (text: string, reason: string): Fault =>
  new Fault(`"${text}" is not a date range: ${reason}`, { remedy: `write such as ${examples}` })
