import { expect, test } from 'bun:test'
import { pathFromBytes } from '../../src/domain/path.ts'
import { jsonLine, longestLineBytes, textLine, type LogEvent } from '../../src/edges/log-line.ts'

const at = Date.UTC(2026, 10, 21, 10)
const event = (message: string, fields: LogEvent['fields'] = {}): LogEvent => ({ at, level: 'INFO', message, fields })
const notUtf8 = pathFromBytes(Uint8Array.from([0x61, 0xff, 0x62]))

test('a text line has time, level, message and fields', () => {
  expect(textLine(event('archived', { watch: 'radar', files: 2, gone: undefined, reason: null })))
    .toBe('2026-11-21 10:00:00.000 INFO  archived watch=radar files=2 reason=null\n')
})

test('a value that would not stand for itself is quoted', () => {
  expect(textLine(event('m', { a: 'b c', d: '', e: 'f=g', h: 'i"j', k: 'l\\m' })))
    .toBe('2026-11-21 10:00:00.000 INFO  m a="b c" d="" e="f=g" h="i\\"j" k="l\\\\m"\n')
})

test.each([
  ['a line feed', 'a\nERROR b', '"a\\nERROR b"'],
  ['an escape sequence', 'a\x1b[31m', '"a\\x1b[31m"'],
  ['a byte that is not UTF-8', notUtf8, '"a\\xffb"'],
  ['a next-line character, unlike the byte 0x85', 'a\u0085b', '"a\\u0085b"'],
  ['a line separator', 'a\u2028b', '"a\\u2028b"'],
  ['a mark that turns the text around', 'a\u202eb', '"a\\u202eb"'],
])('%s in a name does not break its text line', (_, name, shown) => {
  expect(textLine(event('m', { name }))).toBe(`2026-11-21 10:00:00.000 INFO  m name=${shown}\n`)
})

test('a message, a key and an error cannot begin a new text line either', () => {
  const line = textLine(event('a\nb', { 'c\nd': new Error('e\nf') }))
  expect(line.indexOf('\n')).toBe(line.length - 1)
})

test('a JSON line has its fields beside time, level and message', () => {
  expect(JSON.parse(jsonLine(event('archived', { files: 2, big: 2n ** 60n, paths: ['a', notUtf8], when: new Date(at) }))))
    .toEqual({
      at: '2026-11-21T10:00:00.000Z', level: 'INFO', message: 'archived',
      files: 2, big: '1152921504606846976', paths: ['a', 'a\\xffb'], when: '2026-11-21T10:00:00.000Z',
    })
})

test('no field passes for the level of a JSON line', () => {
  expect(JSON.parse(jsonLine(event('m', { level: 'ERROR' })))).toMatchObject({ level: 'INFO', level_: 'ERROR' })
})

test('a JSON line is one line of well-formed text for any reader', () => {
  const line = jsonLine(event('a\u2028b', { name: `\n\u0085${notUtf8}` }))
  expect(line).not.toMatch(/[\n\u0085\u2028](?!$)/)
  expect(line.isWellFormed()).toBe(true)
  expect(JSON.parse(line)).toMatchObject({ message: 'a\u2028b', name: '\n\u0085a\\xffb' })
})

const long = { name: 'ä'.repeat(1_000_000), nested: { list: Array.from({ length: 5000 }, (_, index) => index) } }

test('a long text line is cut at a character and marked', () => {
  const line = textLine(event('m', long))
  expect(Buffer.byteLength(line)).toBeLessThanOrEqual(longestLineBytes)
  expect(Buffer.byteLength(line)).toBeGreaterThan(longestLineBytes - 8)
  expect(line).toEndWith('ä …[cut]\n')
})

test('a long JSON line is cut inside its texts and stays JSON', () => {
  const line = jsonLine(event('m', long))
  expect(Buffer.byteLength(line)).toBeLessThanOrEqual(longestLineBytes)
  expect(JSON.parse(line)).toMatchObject({ message: 'm', name: expect.stringMatching(/ä …\[cut\]$/) })
})

test('a JSON line with too many fields keeps what it is about', () => {
  const many = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`key${index}`, '\x01']))
  const line = jsonLine(event('\x01'.repeat(50_000), many))
  expect(Buffer.byteLength(line)).toBeLessThanOrEqual(longestLineBytes)
  expect(JSON.parse(line)).toMatchObject({ level: 'INFO', cut: true })
})

test('a value that refers to itself does not keep its event from being told', () => {
  const circle: Record<string, unknown> = {}
  circle.self = circle
  expect(textLine(event('m', { circle }))).toContain('not to be shown')
  expect(JSON.parse(jsonLine(event('m', { circle })))).toMatchObject({ message: 'm' })
})
