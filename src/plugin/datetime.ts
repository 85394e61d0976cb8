/** How an instant is written for people who have to write one. */
export const datetimeExample = '2026-11-21T10:00:00Z'

const iso =
  /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ](\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,](\d+))?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i

/** A Date, or ISO 8601 text (a date alone is its midnight; without a zone it is UTC; digits beyond milliseconds
 *  are cut), as `2026-11-21T10:00:00.000Z`. Null for anything else: other types, other forms, days that do not
 *  exist, years that are not four digits. */
export const carriedDatetime = (value: unknown): string | null => {
  if (value instanceof Date) return isoText(value.getTime())
  if (typeof value !== 'string') return null
  const [, year, month, day, hours = '00', minutes = '00', seconds = '00', fraction = '', zone = 'Z'] =
    iso.exec(value) ?? []
  if (year === undefined) return null
  const millis = fraction.padEnd(3, '0').slice(0, 3)
  const written = `${year}-${month}-${day}T${hours}:${minutes}:${seconds}.${millis}Z`
  const at = Date.parse(written)
  const ahead = minutesAhead(zone)
  if (ahead === null || isoText(at) !== written) return null
  return ahead === 0 ? written : isoText(at - ahead * 60_000)
}

const first = Date.parse('0001-01-01T00:00:00.000Z')
const last = Date.parse('9999-12-31T23:59:59.999Z')

const isoText = (at: number): string | null => (at >= first && at <= last ? new Date(at).toISOString() : null)

/** Minutes east of UTC; null for more than a day can hold. */
const minutesAhead = (zone: string): number | null => {
  if (zone === 'Z' || zone === 'z') return 0
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0')
  const [hours, minutes] = [Number(digits.slice(0, 2)), Number(digits.slice(2))]
  if (hours > 23 || minutes > 59) return null
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}
