import { describe, expect, test } from 'bun:test'
import { PatternMistake } from '../../src/config/pattern-mistake.ts'
import { pythonRegex } from '../../src/config/python-regex.ts'

/** The first match as Python's `re.search` gives it; the expected values were told by Python 3.11. */
const found = (pattern: string, text: string) => pythonRegex(pattern).exec(text)?.[0] ?? null

describe('a Python pattern matches what it matches there', () => {
  test.each([
    ['^alpha', 'alphabet', 'alpha'],
    ['a$', 'a\n', 'a'],
    ['a$', 'a\nb', null],
    ['(?m)^b$', 'a\nb\r', null],
    ['(?m)^b$', 'a\nb\nc', 'b'],
    ['(?m)^b', 'a\rb', null],
    ['\\Ab', 'a\nb', null],
    ['a\\Z', 'a\n', null],
    ['a.b', 'a\nb', null],
    ['a.b', 'a\rb', 'a\rb'],
    ['(?s)a.b', 'a\nb', 'a\nb'],
    ['\\w+', '!größe_1٣', 'größe_1٣'],
    ['(?a)\\w+', 'größe', 'gr'],
    ['\\d+', 'x٣4', '٣4'],
    ['(?a)\\d+', 'x٣4', '4'],
    ['\\s+', 'a\x1c\x85\ufeff', '\x1c\x85'],
    ['\\be', 'ée', null],
    ['\\Be', 'ée', 'e'],
    ['\\B', '', null],
    ['(?i)GRÖSSE', 'größe', null],
    ['(?i)ÉTÉ', 'été', 'été'],
    ['(?i:a)b', 'Ab', 'Ab'],
    ['(?i)(?-i:a)b', 'AB', null],
    ['(?s:.)(?-s:.)', '\n\n', null],
    ['(?P<y>\\d{4})-(?P=y)', '2025-2026-2026', '2026-2026'],
    ['(a|b)\\1', 'abb', 'bb'],
    ['[]a]+', 'x]a]', ']a]'],
    ['[^]a]', ']ab', 'b'],
    ['[\\w.-]+', '!ä.b-c', 'ä.b-c'],
    ['[^\\W_]+', '__ä1_', 'ä1'],
    ['[a-c&&x]+', 'b&x', 'b&x'],
    ['a{,2}', 'aaa', 'aa'],
    ['a{x}', 'a{x}', 'a{x}'],
    ['{}', '{}', '{}'],
    ['a(?#remark)+', 'aaa', 'aaa'],
    ['\\x41\\u00e9\\101\\n\\0', 'AéA\n\0', 'AéA\n\0'],
    ['\\-\\/\\_"\\ ', '-/_" ', '-/_" '],
    ['(?<=a)b(?!c)', 'abc ab', 'b'],
    ['a+?', 'aaa', 'a'],
    ['😀.', '😀😀', '😀😀'],
  ])('%j in %j gives %j', (pattern, text, match) => expect(found(pattern, text)).toBe(match))
})

describe("JavaScript's own spelling is taken as it is", () => {
  test.each([
    ['(?<y>\\d)-\\k<y>', '1-1', '1-1'],
    ['\\p{Lu}+', 'abCD', 'CD'],
    ['a\\z', 'a', 'a'],
  ])('%j in %j gives %j', (pattern, text, match) => expect(found(pattern, text)).toBe(match))
})

describe('a pattern that can not be meant alike is refused with its reason', () => {
  test.each([
    ['^(alpha', 'missing )'],
    ['a)', 'a ) without its ('],
    ['[abc', 'missing ]'],
    ['*a', 'nothing to repeat before *'],
    ['a**', 'nothing to repeat before *'],
    ['^*', 'nothing to repeat before *'],
    ['a{3,1}', 'numbers out of order in {} quantifier'],
    ['a++', 'the possessive ++ has no equal here; write it without the last +'],
    ['(?>a)', 'the atomic group (?>…) has no equal here'],
    ['(a)?(?(1)b|c)', 'the conditional (?(…)…) has no equal here'],
    ['(?x)a b', 'the flag x (verbose) is not known here; write it without the spaces'],
    ['(?L)a', 'the flag L is not known here'],
    ['a(?i)b', 'flags such as (?i) must stand at the beginning'],
    ['\\q', '\\q means nothing'],
    ['\\N{DASH}', '\\N means nothing'],
    ['a\\', 'a backslash at the end'],
    ['[z-a]', 'bad range z-a'],
    ['[\\d-x]', 'bad range \\d-x'],
    ['[\\1]', '\\1 means nothing in a class'],
    ['\\400', '\\400 is no character'],
    ['(a)?\\1', 'the reference to group 1 means something else here, since it may be empty'],
    ['(a)|b\\1', 'the reference to group 1 means something else here, since it may be empty'],
    ['(?:(a)|b)\\1', 'the reference to group 1 means something else here, since it may be empty'],
    ['(?:(a))*\\1', 'the reference to group 1 means something else here, since it may be empty'],
    ['(?!(a))\\1', 'the reference to group 1 means something else here, since it may be empty'],
    ['(a\\1)', 'group 1 refers to itself'],
    ['\\1(a)', 'there is no group 1 before its reference'],
    ['(?P=n)', 'there is no group n before its reference'],
    ['(?P<n>a)(?P<n>b)', 'there are two groups n'],
    ['(?P<1>a)', 'a group has a bad name'],
    ['(?"a)', '(?" means nothing'],
  ])('%j: %s', (pattern, reason) => {
    expect(() => pythonRegex(pattern)).toThrow(new PatternMistake(reason))
  })
})

test('a pattern keeps no state between two texts', () => {
  const pattern = pythonRegex('(?i)a')
  expect([pattern.global, pattern.sticky, pattern.test('A'), pattern.test('A')]).toEqual([
    false,
    false,
    true,
    true,
  ])
})
