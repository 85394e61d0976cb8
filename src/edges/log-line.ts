import { toColumn, toIso, type Instant } from '../domain/time.ts'
import type { LogLevel } from '../world.ts'

/** One thing that happened, as a log tells it. */
export type LogEvent = {
  readonly at: Instant
  readonly level: LogLevel
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** No line is longer, its line feed included. */
export const longestLineBytes = 8192

/** `2026-11-21 10:00:00.000 INFO  message key=value`, in UTC, ending with the only line feed in it.
 *
 * A value is quoted where it would not stand for itself; then `\xHH` is one byte (a control character, or a
 * byte of a name that is not UTF-8), `\uHHHH` any other character that could break the line or turn its
 * direction. */
export const textLine = (event: LogEvent): string => {
  const fields = Object.entries(event.fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${printable(key)}=${textValue(value)}`)
  const head = `${toColumn(event.at)} ${event.level.padEnd(5)} ${printable(event.message)}`
  return `${cutToBytes(head + fields.join(''), longestLineBytes - 1)}\n`
}

/** `{"at":…,"level":…,"message":…,…fields}`: always one whole JSON object. Where it would be too long, its
 *  texts are cut; where that does not do, its fields go and `"cut":true` says so. */
export const jsonLine = (event: LogEvent): string => {
  for (const textBytes of [longestLineBytes, 1024, 128]) {
    const line = oneLine({ ...jsonHead(event, textBytes), ...jsonFields(event.fields, textBytes) })
    if (Buffer.byteLength(line) <= longestLineBytes) return line
  }
  return oneLine({ ...jsonHead(event, 1024), cut: true })
}

/** JSON leaves some characters as they are that readers of lines or terminals take for more than text. */
const oneLine = (value: object): string =>
  `${JSON.stringify(value).replace(unprintable, (one) => `\\u${hex(one.charCodeAt(0), 4)}`)}\n`

const jsonHead = ({ at, level, message }: LogEvent, textBytes: number) => ({
  at: toIso(at),
  level,
  message: cutToBytes(wellFormed(message), textBytes),
})

/** A field may not pass for the time, the level or the message: its name gets a `_`. */
const jsonFields = (fields: LogEvent['fields'], textBytes: number): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).map(([key, value]) => {
    const name = ['at', 'level', 'message'].includes(key) ? `${key}_` : wellFormed(key)
    return [name, jsonValue(value, textBytes)]
  }))

const jsonValue = (value: unknown, textBytes: number): unknown => {
  if (value === null || ['number', 'boolean', 'undefined'].includes(typeof value)) return value
  if (typeof value === 'object' && !(value instanceof Error) && !(value instanceof Date)) {
    const text = compactJson(value)
    if (Buffer.byteLength(text) <= textBytes) return JSON.parse(text)
    return cutToBytes(text, textBytes)
  }
  return cutToBytes(wellFormed(asText(value)), textBytes)
}

const textValue = (value: unknown): string => {
  const text = asText(value)
  if (text !== '' && !needsQuotes.test(text)) return text
  return `"${printable(text.replace(/[\\"]/g, '\\$&'))}"`
}

const asText = (value: unknown): string => {
  if (typeof value === 'string') return value
  if (value instanceof Error) return value.message
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : toIso(value.getTime())
  return typeof value === 'object' && value !== null ? compactJson(value) : String(value)
}

/** Whatever a value is made of, it never keeps its event from being told. */
const compactJson = (value: object): string => {
  try {
    const text = JSON.stringify(value, (_key, inner: unknown) =>
      typeof inner === 'bigint' ? String(inner) : typeof inner === 'string' ? wellFormed(inner) : inner)
    return text ?? 'null'
  } catch {
    return JSON.stringify('[not to be shown]')
  }
}

// Control characters, line and paragraph separators, marks that turn the direction of text, half surrogates.
const breaking = '\\p{Cc}\\p{Zl}\\p{Zp}\\p{Cs}\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069\\ufeff'
const unprintable = new RegExp(`[${breaking}]`, 'gu')
const needsQuotes = new RegExp(`[\\s"\\\\=${breaking}]`, 'u')
const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

const printable = (text: string): string =>
  bounded(text).replace(unprintable, (one) => named[one] ?? escaped(one))

const escaped = (one: string): string => {
  const code = one.charCodeAt(0)
  if (isByte(code)) return `\\x${(code - 0xdc00).toString(16)}`
  return code < 0x80 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`
}

/** JSON readers refuse lone surrogates or replace them; a byte that is not UTF-8 stands as `\xHH`. */
const wellFormed = (text: string): string =>
  text.isWellFormed() ? bounded(text) : bounded(text).replace(/\p{Cs}/gu, escaped)

/** More than a line holds is not looked at; one character more, so that it is marked as cut. */
const bounded = (text: string): string => text.slice(0, longestLineBytes + 1)

/** The lone surrogates by which a `Path` holds a byte that is not UTF-8. */
const isByte = (code: number): boolean => code >= 0xdc80 && code <= 0xdcff

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0')

const cutMark = ' …[cut]'

const cutToBytes = (text: string, limit: number): string => {
  if (text.length * 3 <= limit || Buffer.byteLength(text) <= limit) return text
  const room = limit - Buffer.byteLength(cutMark)
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(room))
  return text.slice(0, read) + cutMark
}
