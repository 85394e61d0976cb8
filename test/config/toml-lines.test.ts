import { expect, test } from 'bun:test'
import { indexLines, type TomlPath } from '../../src/config/toml-lines.ts'

/** Every path that stands in the text, with its line. */
const linesOf = (text: string): Record<string, number> => {
  const { paths, lineOf } = indexLines(text)
  return Object.fromEntries(paths.map((path) => [path.join(' '), lineOf(path)]))
}

const lineOf = (text: string, ...path: TomlPath) => indexLines(text).lineOf(path)

test('a key has its line, also after comments, blank lines and CRLF', () => {
  expect(linesOf('# c\r\n\r\na = 1\r\n  b = 2 # [x]\r\n')).toEqual({ a: 3, b: 4 })
})

test('a key of a table has its own line, and so has the table', () => {
  expect(linesOf('[service]\nworkers = 4\n[ logging . deep ]\nlevel = "x"')).toEqual({
    service: 1,
    'service workers': 2,
    logging: 3,
    'logging deep': 3,
    'logging deep level': 4,
  })
})

test('each element of a list of tables has its own line, and sub-tables belong to the last one', () => {
  const text =
    '[[watch]]\nname = 1\n[[watch]]\nname = 2\n[watch.sub]\nx = 1\n[[watch.rule]]\n[[watch.rule]]\ny = 1'
  expect(linesOf(text)).toEqual({
    watch: 1,
    'watch 0': 1,
    'watch 0 name': 2,
    'watch 1': 3,
    'watch 1 name': 4,
    'watch 1 sub': 5,
    'watch 1 sub x': 6,
    'watch 1 rule': 7,
    'watch 1 rule 0': 7,
    'watch 1 rule 1': 8,
    'watch 1 rule 1 y': 9,
  })
})

test('dotted and quoted keys are taken apart', () => {
  expect(linesOf('a."b.c".\'d\' = 1\n"\\u0041\\t" = 2')).toEqual({ a: 1, 'a b.c': 1, 'a b.c d': 1, 'A\t': 2 })
})

test('the elements of a list over several lines have their own lines', () => {
  expect(linesOf('x = [ # ]\n  "a]", # ","\n  [1,\n  2],\n]\ny = 1')).toEqual({
    x: 1,
    'x 0': 2,
    'x 1': 3,
    'x 1 0': 3,
    'x 1 1': 4,
    y: 6,
  })
})

test('inline tables are gone into', () => {
  expect(linesOf('x = { a = 1, b.c = { } }\nl = [{ name = "}" },\n { name = "," }]')).toEqual({
    x: 1,
    'x a': 1,
    'x b': 1,
    'x b c': 1,
    l: 2,
    'l 0': 2,
    'l 0 name': 2,
    'l 1': 3,
    'l 1 name': 3,
  })
})

test('text over several lines is stepped over, whatever it holds', () => {
  const text = `a = """\n[x]\nb = "1"\n\\""" ""\n"""""\nc = '''\n''[[y]]\n'''\nd = "\\"#"\ne = 'C:\\'\nf = 2026-01-01 10:00:00\ng = 1`
  expect(linesOf(text)).toEqual({ a: 1, c: 6, d: 9, e: 10, f: 11, g: 12 })
})

test('what is not there has the line of the table that it is missing from', () => {
  expect(lineOf('a = 1\n[[watch]]\nname = 1', 'watch', 0, 'path')).toBe(2)
  expect(lineOf('a = 1\n[[watch]]\nname = 1', 'archive')).toBe(1)
})

test.each([
  '[',
  '[[',
  '"',
  'a = [',
  'a = {',
  'a = """',
  '=',
  'a',
  '[a',
  ']',
  '}',
  'a = {b',
  '\\',
  '[[a]',
  'a..b=',
])('%p ends the walk without an error', (text) => expect(lineOf(text, 'x')).toBe(1))
