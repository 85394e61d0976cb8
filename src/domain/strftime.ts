import { utcFormat } from 'd3-time-format'
import { kindOf, type Conversion, type Mistake } from './conversion.ts'
import { parseDateTime } from './date-range.ts'

/** Numbers: as glibc has it, also `%-d` (without padding), `%_d` (with blanks) and `%0d`. */
const numeric = 'YmdHMSjyIUWVGgeuw'
const words = 'bBaApf%'
const shorthands: Readonly<Record<string, string>> = {
  F: '%Y-%m-%d', T: '%H:%M:%S', R: '%H:%M', D: '%m/%d/%y', h: '%b',
}

const earliest = Date.parse('0001-01-01T00:00:00Z')
const latest = Date.parse('9999-12-31T23:59:59.999Z')

/** A strftime specification, always in UTC, as Python has it on Linux, except that years always have four
 *  digits so that directories sort. Takes a Date or ISO 8601 text; `%f` keeps the microseconds of a text. */
export const compileStrftime = (spec: string): Conversion | Mistake => {
  const pieces: ((at: Date, micros: string) => string)[] = []
  for (let from = 0; from < spec.length; ) {
    const directive = /^%([-_0]?)(.?)/su.exec(spec.slice(from))
    if (directive === null) {
      const next = spec.indexOf('%', from)
      const literal = spec.slice(from, next < 0 ? spec.length : next)
      pieces.push(() => literal)
      from += literal.length
      continue
    }
    const [whole, flag = '', letter = ''] = directive
    const isWord = flag === '' && (words.includes(letter) || Object.hasOwn(shorthands, letter))
    if (letter === '' || !(numeric.includes(letter) || isWord)) return unknownDirective(from, whole)
    pieces.push(letter === 'f' ? (_, micros) => micros : utcFormat(shorthands[letter] ?? whole))
    from += whole.length
  }
  return (value) => {
    const found = instantOf(value)
    if (typeof found === 'string') return { refused: found }
    return { text: pieces.map((piece) => piece(found.at, found.micros)).join('') }
  }
}

/** The point in time and its microseconds in six digits, or what is wrong with the value. */
const instantOf = (value: unknown): { at: Date; micros: string } | string => {
  if (typeof value === 'string') {
    const at = parseDateTime(value)
    if (at === null) return 'is not a datetime'
    const [, digits = ''] = /[.,](\d+)/.exec(value) ?? []
    return { at: new Date(at), micros: digits.slice(0, 6).padEnd(6, '0') }
  }
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) return `is ${kindOf(value)}, not a datetime`
  const time = value.getTime()
  if (time < earliest || time > latest) return 'is a datetime outside the years 1 to 9999'
  return { at: value, micros: `${String(value.getUTCMilliseconds()).padStart(3, '0')}000` }
}

const unknownDirective = (at: number, whole: string): Mistake => ({
  at,
  message: whole === '%' ? 'a % stands without its letter' : `${whole} is not a directive carbonation knows`,
  remedy: remarks[whole] ?? `use one of ${[...numeric, ...words].map((one) => `%${one}`).join(' ')}`,
})

const inUtc = 'times are always in UTC: leave it out'
const machineDependent = 'it depends on the language of the machine: write it out, such as %Y-%m-%d'
const remarks: Readonly<Record<string, string>> = {
  '%L': 'write %f for microseconds',
  '%Z': inUtc,
  '%z': inUtc,
  '%c': machineDependent,
  '%x': machineDependent,
  '%X': machineDependent,
}
