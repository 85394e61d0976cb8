import { expect, test } from 'bun:test'
import { parseToml } from '../../src/config/toml.ts'
import { printed } from './mistakes.ts'

const mistake = (text: string) => printed(() => parseToml({ name: 'config.toml', text }))

const value = '"text" in quotes, a number, true, false, a [list] or a {table}'

test.each([
  ['a = 1\nb b = 2', 'config.toml:2  a key must be followed by = and a value, found "b"'],
  ['a = 1\r\nb', 'config.toml:2  a key must be followed by = and a value, found the end of the line'],
  ['\na = 5s', 'config.toml:2  the line must end after the value, found "s"; text needs quotes'],
  ['a = "x" "y"', 'config.toml:1  the line must end after the value, found "\\""; text needs quotes'],
  ['x = 1\na = yes', `config.toml:2  a value must be ${value}, found "y"`],
  ['a = \nb = 1', `config.toml:1  a value must be ${value}, found the end of the line`],
  ['a = 1\n\na = 2\nb = 3', 'config.toml:3  this key or table stands in the file already'],
  ['[a]\nx = 1\n[a]\ny = 2', 'config.toml:3  this key or table stands in the file already'],
  ['a = "abc\nb = 1', 'config.toml:1  the text has no closing quote on its line'],
  ['a = """abc\n\n', 'config.toml:3  the text in triple quotes is never closed'],
  [
    'a = "C:\\qx"',
    'config.toml:1  \\q means nothing in "double quotes"; write \\\\q, or use \'single quotes\'',
  ],
  ['a = [1,\n2\nb = 3', 'config.toml:3  a list or table must go on with a comma or be closed, found "b"'],
  ['a = [2026-01-01,\n]', 'config.toml:1  a date or time ends too early; write it as text, in quotes'],
  ['[a\nb = 1', 'config.toml:1  the name of a table must be closed with ], found the end of the line'],
  ['= 3', 'config.toml:1  a line must begin with a key or a [table], found "="'],
  [
    'mode = 0640',
    'config.toml:1  0640 is not a number of TOML, since it begins with 0; an octal number is 0o640',
  ],
  ['mode = 089 # x', 'config.toml:1  089 is not a number of TOML, since it begins with 0'],
  ['a = {b = 1,}', 'config.toml:1  this is not TOML: trailing commas in inline tables are not permitted'],
])('%j is told as %p', (text, message) => expect(mistake(text)).toBe(message))

test.each([
  ['x = 1\nt = 07:08:09\ny = 1', 2],
  ['t = [07:08:09, 10:00:00]', 1],
  ['t = { at = 07:08:09, b = 1 }', 1],
])(
  'a time of day that the parser stumbles over is told with its line and what to write: %j',
  (text, line) => {
    expect(mistake(text)).toBe(`config.toml:${line}  a time of day must be written as text: "07:08:09"`)
  },
)

test('a date that no calendar has is told with its line', () => {
  expect(mistake('a = 1\nb = [\n1,\n2026-13-45T10:00:00Z,\n]\nc = 1')).toBe(
    'config.toml:4  there is no such date or time',
  )
})

test('dates and times that the parser takes are no mistake', () => {
  expect(mistake('a = 2026-01-01T10:00:00Z\nb = 2026-01-01 10:00:00\nc = 2026-01-01\nd = 10:00:00.5\n')).toBe(
    '',
  )
})

test('a key that every JavaScript object has is refused, since the parser loses it', () => {
  expect(mistake('a = 1\n[constructor]\nx = 1\n[a2.toString]\n')).toBe(
    "config.toml:2  constructor can't be used as a key; choose another name\n" +
      "config.toml:4  toString can't be used as a key; choose another name",
  )
})

test("an editor's byte order mark is no mistake", () => {
  const { table, lineOf } = parseToml({ name: 'config.toml', text: '\ufeffa = 1\nb = 2' })
  expect(table).toEqual({ a: 1, b: 2 })
  expect(lineOf(['b'])).toBe(2)
})
