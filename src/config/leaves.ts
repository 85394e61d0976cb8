import {
  isUsableDuration,
  longestDuration,
  parseBytes,
  parseDuration,
  parseSpan,
} from '../domain/duration.ts'
import { isMarkerTemplate } from '../domain/marker.ts'
import { minute, second } from '../domain/time.ts'
import { anyOf, leaf } from './leaf.ts'
import { nearest } from './nearest.ts'
import { isTable } from './toml.ts'

const asText = (found: unknown): string | undefined => (typeof found === 'string' ? found : undefined)
const asNumber = (found: unknown): number | undefined =>
  typeof found === 'number' && Number.isFinite(found) ? found : undefined

const asLine = (found: unknown): string | undefined =>
  typeof found === 'string' && found !== '' && !/[\0-\x1f\x7f]/.test(found) ? found : undefined

/** Text of one line, not empty. */
export const text = (expected: string) => leaf(expected, asLine)

/** A path as it stands in the file. */
export const path = text('a path')

export const flag = leaf('true or false', (found) => (typeof found === 'boolean' ? found : undefined))

/** Text that may hold anything, and is never shown. */
export const secret = leaf(
  'text in quotes',
  asText,
  () => null,
  () => null,
)

export const oneOf = <const Word extends string>(...words: readonly Word[]) =>
  leaf(
    anyOf(words),
    (found) => words.find((word) => word === found),
    (found) => didYouMean(found, words),
  )

const didYouMean = (found: unknown, words: readonly string[]): string | null => {
  const meant = typeof found === 'string' ? nearest(found, words) : null
  return meant === null ? null : `did you mean ${JSON.stringify(meant)}?`
}

/** A whole number within these bounds. */
export const whole = (least: number, most: number) =>
  leaf(
    `a whole number from ${least} to ${most}`,
    (found) => {
      const number = asNumber(found)
      return number !== undefined && Number.isInteger(number) && number >= least && number <= most
        ? number
        : undefined
    },
    (found) =>
      typeof found === 'string' && /^\d+$/.test(found) ? `write ${Number(found)} without quotes` : null,
  )

/** `"30s"`, in milliseconds. */
export const duration = leaf(
  'a duration such as "30s", "5m", "24h"',
  (found) => {
    const ms = parseDuration(asText(found) ?? '')
    return ms !== null && isUsableDuration(ms) ? ms : undefined
  },
  (found) => {
    const ms = parseDuration(asText(found) ?? '')
    if (ms !== null) return 'it is more than zero and at most 365 days'
    return typeof found === 'number' ? `with its unit: "${found}s" for seconds` : null
  },
)

/** A number in this unit, in milliseconds, to the millisecond. */
const span = (expected: string, unit: number) =>
  leaf(expected, (found) => {
    const number = asNumber(found)
    return number !== undefined && isUsableDuration(number * unit)
      ? Math.max(1, Math.round(number * unit))
      : undefined
  })

export const seconds = span(
  `a number of seconds, more than 0 and at most ${longestDuration / second} (365 days)`,
  second,
)
export const minutes = span(
  `a number of minutes, more than 0 and at most ${longestDuration / minute} (365 days)`,
  minute,
)

/** `"30 days"`, in milliseconds. */
export const retention = leaf('a length of time such as "30 days", "2 weeks", "12 hours"', (found) => {
  const ms = parseSpan(asText(found) ?? '')
  return ms !== null && ms > 0 && Number.isSafeInteger(ms) ? ms : undefined
})

/** `"10 MB"` or a number of bytes; more than nothing. */
export const rotation = leaf('a size such as "10 MB", "500 kB", "1 GB"', (found) => {
  const bytes = sizeOf(found)
  return bytes !== undefined && bytes > 0 ? bytes : undefined
})

/** A number of bytes, or a text such as `"10 MB"`. */
export const sizeOf = (found: unknown): number | undefined => {
  const bytes = typeof found === 'string' ? parseBytes(found) : asNumber(found)
  return bytes === null || bytes === undefined || bytes < 0 ? undefined : Math.trunc(bytes)
}

const octal = (mode: number): string => `0o${mode.toString(8)}`

/** Permissions, one of these: a TOML octal such as `0o640`, or text such as `"640"`. */
export const mode = (...allowed: readonly number[]) =>
  leaf(
    `one of ${allowed.map(octal).join(', ')}`,
    (found) => allowed.find((one) => one === modeOf(found)),
    (found) => {
      const meant = typeof found === 'number' ? modeOf(String(found)) : undefined
      return meant !== undefined && allowed.includes(meant) ? `write ${octal(meant)}` : null
    },
  )

const modeOf = (found: unknown): number | undefined => {
  if (typeof found !== 'string') return asNumber(found)
  return /^\s*(0o)?[0-7]+\s*$/i.test(found) ? Number.parseInt(found.trim().replace(/^0o/i, ''), 8) : undefined
}

/** The name of a function that a plugin exports. */
export const functionName = leaf('the name of a function that a plugin exports', (found) =>
  typeof found === 'string' && /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(found) ? found : undefined,
)

/** The name of a marker beside a file, made of the file's own. */
export const markerName = leaf(
  'a name with {name} or {stem} in it, such as "{name}.done"',
  (found) => (typeof found === 'string' && isMarkerTemplate(found) ? found : undefined),
)

export const tableOf = (expected: string) => leaf(expected, (found) => (isTable(found) ? found : undefined))
