import { describe, expect, test } from 'bun:test'
import { Fault } from '../../src/domain/fault.ts'
import { isWithin } from '../../src/domain/path.ts'
import { literalPrefix, parseTemplate, renderTemplate, templateKeys } from '../../src/domain/template.ts'
import { faultOf } from './fault-of.ts'
import { fuzzSeed, seeded } from './seeded.ts'

const start = new Date('2026-11-21T10:20:30.456Z')
const render = (text: string, values: Record<string, unknown> = {}) =>
  renderTemplate(parseTemplate(text), values)

describe('a template', () => {
  test('puts values between its own text', () => {
    expect(render('{category}/{start:%Y%m%d}', { category: 'radar', start })).toBe('radar/20261121')
    expect(render('raw-{n:05d}x', { n: 42 })).toBe('raw-00042x')
  })
  test('has braces where they are doubled', () => {
    expect(render('{{a}}/{b}}}', { b: 'c' })).toBe('{a}/c}')
  })
  test('gives a path without doubled slashes, dots and a slash at its end', () => {
    expect(render('a//./{b}/./', { b: 'c//d/' })).toBe('a/c/d')
    expect(render('')).toBe('')
    expect(render('./')).toBe('')
  })
  test('is absolute only where its own text begins with a slash', () => {
    expect(render('/data/{b}', { b: 'c' })).toBe('/data/c')
    expect(render('/')).toBe('/')
  })
  test('takes values of several segments', () => {
    expect(render('{where}/x', { where: '2026/a b/ü' })).toBe('2026/a b/ü/x')
  })
  test('keeps names that are not UTF-8', () => {
    expect(render('{group_key}', { group_key: 'caf\udce9' })).toBe('caf\udce9')
  })
  test('takes a value as often as it is named', () => {
    expect(render('{a}/{b}/{a}', { a: 1, b: 2n })).toBe('1/2/1')
    expect(templateKeys(parseTemplate('{a}/{b:%Y}/{a:>3}'))).toEqual(['a', 'b'])
  })
  test('knows nothing of what every object has', () => {
    expect(faultOf(() => render('{constructor}', { a: 1 }))).toBe(
      'destination template "{constructor}" needs "constructor", which is not among the values; there are: a',
    )
  })
})

describe('the literal prefix', () => {
  test('is the directory before the first placeholder', () => {
    const prefix = (text: string) => literalPrefix(parseTemplate(text))
    expect(prefix('/data/archive/{category}/x')).toBe('/data/archive')
    expect(prefix('/data/pre{category}')).toBe('/data')
    expect(prefix('data/{{x}}/{category}')).toBe('data/{x}')
    expect(prefix('/{category}')).toBe('/')
    expect(prefix('{category}/x')).toBe('')
    expect(prefix('pre{category}/x')).toBe('')
    expect(prefix('/data//fixed/')).toBe('/data/fixed')
    expect(prefix('')).toBe('')
  })
})

describe('a value', () => {
  const refusals: [string, string, Record<string, unknown>][] = [
    ['{a}', 'needs "a", which is not among the values; there are: b, c', { b: 1, c: 2 }],
    ['{a}', 'needs "a", which is not among the values; there are: none', { a: undefined }],
    ['{a}', 'needs "a", which is null', { a: null }],
    ['{a}', 'needs "a", which is empty', { a: '' }],
    ['{a:>8}', 'needs "a", which is empty', { a: '' }],
    ['{a}', 'whose value (" ") is empty', { a: ' ' }],
    ['x/{a}', 'whose value ("/etc") is absolute', { a: '/etc' }],
    ['x{a}', 'whose value ("/etc") is absolute', { a: '/etc' }],
    ['{a}', 'whose value ("../etc") has ".." in it', { a: '../etc' }],
    ['{a}', 'whose value ("b/..") has ".." in it', { a: 'b/..' }],
    ['{a}', 'whose value ("./.") names no directory', { a: './.' }],
    ['{a}', 'whose value ("b\\x00c") has a control character in it', { a: 'b\0c' }],
    ['{a}', 'whose value ("b\\nc") has a control character in it', { a: 'b\nc' }],
    ['{a}', 'has a control character in it', { a: 'b\x7f' }],
    ['{a}', 'has a control character in it', { a: '\ud800' }],
    ['{a}{b}', 'names no directory', { a: '.', b: '.' }],
    ['{a}', 'which has ".carbonation" in it', { a: '.carbonation/staging' }],
    ['{a}', 'which has ".Carbonation" in it', { a: '.Carbonation' }],
    ['{a:.2}', 'whose value ("..b") has ".." in it', { a: '..b' }],
    ['{a}', 'whose value is NaN', { a: Number.NaN }],
    ['{a}', 'whose value is a list', { a: [1] }],
    ['{a}', 'whose value is an object', { a: { b: 1 } }],
    ['{a:%Y}', 'whose value ("soon") is not a datetime', { a: 'soon' }],
    ['{a:%Y}', 'whose value ("2026-02-30") is not a datetime', { a: '2026-02-30' }],
    ['{a:%Y}', 'whose value is a whole number, not a datetime', { a: 2026 }],
    ['{a:%Y}', 'whose value is an invalid date, not a datetime', { a: new Date(Number.NaN) }],
    ['{a:05d}', 'whose value ("7") is text, not a number', { a: '7' }],
    ['{a:d}', 'whose value is 1.5, not a whole number', { a: 1.5 }],
    ['{a:x}', 'whose value is true or false, not a number', { a: true }],
    ['{a:s}', 'whose value is a whole number, not text', { a: 7 }],
    ['{a:.2}', 'whose value is a number; write :.2f', { a: 7.25 }],
  ]
  test.each(refusals)('of %s is refused: %j', (text, reason, values) => {
    expect(faultOf(() => render(text, values))).toContain(reason)
  })
  test('cannot become ".." together with the text around it', () => {
    expect(faultOf(() => render('x/.{a}/y', { a: './b' }))).toContain('has ".." in it')
  })
  test('is named with the template and a remedy', () => {
    expect(faultOf(() => render('{a}/b', { a: null }))).toBe(
      'destination template "{a}/b" needs "a", which is null; '
      + 'let extract give a usable value, or change destination',
    )
  })
})

describe('a mistake in a template', () => {
  const mistakes: [string, number, string][] = [
    ['a/{b', 3, 'never closed'],
    ['a/b}', 4, 'closes nothing'],
    ['{a}}', 4, 'closes nothing'],
    ['{a{b}}', 3, 'inside a placeholder'],
    ['{a:{w}}', 4, 'inside a placeholder'],
    ['x{}', 3, 'has no name'],
    ['x{:%Y}', 3, 'has no name'],
    ['{0}', 2, 'counts values'],
    ['{a.b}', 3, 'write {a}'],
    ['{a[0]}', 3, 'write {a}'],
    ['{a!r}', 3, "Python's way to print"],
    ['{ a }', 2, 'write {a}'],
    ['{a:%Y%Q}', 6, '%Q is not a directive carbonation knows'],
    ['{a:%Y%}', 6, 'without its letter'],
    ['{a:%L}', 4, 'write %f'],
    ['{a:%c}', 4, 'depends on the language'],
    ['{a:%-f}', 4, '%-f is not a directive'],
    ['{a:yyyy}', 4, '"yyyy" is not a conversion'],
    ['{a:,}', 4, '"," is not a conversion'],
    ['{a:>999}', 4, 'a width of 999'],
    ['{a:.2d}', 4, ':d has no decimals'],
    ['a/../{b}', 3, 'leads out of the archive'],
    ['..', 1, 'leads out of the archive'],
    ['a\n/{b}', 2, 'a control character'],
  ]
  test.each(mistakes)('%j is told with its place %i: %s', (text, character, reason) => {
    const line = faultOf(() => parseTemplate(text))
    expect(line).toContain(`is wrong at character ${character}: `)
    expect(line).toContain(reason)
  })
  test('is shown with the template and what to write instead', () => {
    expect(faultOf(() => parseTemplate('x/{start.year}'))).toBe(
      'destination template "x/{start.year}" is wrong at character 9: '
      + 'a placeholder takes a whole value, not a part of it (.year); write {start}',
    )
  })
})

/** A mistake names a place that the text has, or the end of it. */
const parsed = (text: string): ReturnType<typeof parseTemplate> => {
  try {
    return parseTemplate(text)
  } catch (error) {
    const [, place] = (error instanceof Fault ? / is wrong at character (\d+): /.exec(error.message) : null) ?? []
    if (place === undefined || Number(place) < 1 || Number(place) > text.length + 1) throw new Error(`no place in ${error}`, { cause: error })
    throw error
  }
}

test(`whatever goes in, only a directory below the prefix or a Fault comes out (seed ${fuzzSeed})`, () => {
  const random = seeded(fuzzSeed)
  const texts = [
    '/', '.', '..', 'a', '{', '}', '{{', '}}', '{x}', '{y:%Y/%m}', '{x:>3}', '{x:.1}', '~', ' ',
  ] as const
  const values = ['/', '.', '..', 'a', 'é', '\udce9', '\ud83d\ude00', ' ', '\0', '.carbonation'] as const
  let rendered = 0
  for (let round = 0; round < 20_000; round += 1) {
    const text = random.text(texts, 6)
    const x = random.text(values, 4)
    try {
      const template = parsed(text)
      const path = renderTemplate(template, { x, y: start })
      rendered += 1
      expect(path.startsWith('/')).toBe(text.startsWith('/'))
      expect(path).not.toMatch(/(^|\/)\.\.?(\/|$)|\/\/|.\/$/)
      expect(path).not.toMatch(/[\0\n]/)
      const prefix = literalPrefix(template)
      expect(prefix === '' || isWithin(prefix, path)).toBe(true)
    } catch (error) {
      if (error instanceof Fault) continue
      throw new Error(`${JSON.stringify({ text, x })}: ${error}`, { cause: error })
    }
  }
  expect(rendered).toBeGreaterThan(500)
})
