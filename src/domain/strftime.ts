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
  const pieces: ((at: Date, value: unknown) => string)[] = []
  let run = ''
  for (const { 0: whole, 1: flag, 2: letter = '', index } of spec.matchAll(/%([-_0]?)(.?)|[^%]+/gsu)) {
    const isWord = flag === '' && (words.includes(letter) || Object.hasOwn(shorthands, letter))
    const isKnown = letter !== '' && (numeric.includes(letter) || isWord)
    if (flag !== undefined && !isKnown) return unknownDirective(index, whole)
    if (whole === '%f') {
      pieces.push(utcFormat(run), microsOf)
      run = ''
    } else run += flag === undefined ? whole : (shorthands[letter] ?? whole)
  }
  if (run !== '') pieces.push(utcFormat(run))
  return (value) => {
    const at = dateOf(value)
    if (typeof at === 'string') return { refused: at }
    return { text: pieces.map((piece) => piece(at, value)).join('') }
  }
}

/** The point in time, or what is wrong with the value. */
const dateOf = (value: unknown): Date | string => {
  if (typeof value === 'string') {
    const at = parseDateTime(value)
    return at === null ? 'is not a datetime' : new Date(at)
  }
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) return `is ${kindOf(value)}, not a datetime`
  const at = value.getTime()
  return at < earliest || at > latest ? 'is a datetime outside the years 1 to 9999' : value
}

/** Six digits, those of a text beyond what a Date can hold. */
const microsOf = (at: Date, value: unknown): string => {
  const [, digits = ''] = typeof value === 'string' ? (/[.,](\d+)/.exec(value) ?? []) : []
  const millis = String(at.getUTCMilliseconds()).padStart(3, '0')
  return (digits === '' ? millis : digits.slice(0, 6)).padEnd(6, '0')
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
