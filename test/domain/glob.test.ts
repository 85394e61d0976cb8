import { describe, expect, test } from 'bun:test'
import { compileGlob, compilePatterns } from '../../src/domain/glob.ts'
import { fuzzSeed, seeded } from './seeded.ts'

describe('a pattern', () => {
  test.each([
    ['*.json', 'a.json', true], ['*.json', '.json', true], ['*.json', 'a.JSON', false],
    ['*.json', 'a.json~', false],
    ['.*', '.hidden', true], ['.*', 'a.b', false], ['*', '', true], ['**', 'anything', true],
    ['', '', true], ['', 'a', false],
    ['a*b', 'ab', true], ['a*b', 'axxb', true], ['ab*ba', 'aba', false], ['*mid*', 'amidst', true],
    ['data_*', 'data_1', true],
    ['?', 'a', true], ['?', '', false], ['?', '😀', true], ['?', '\udce9', true], ['??', '😀', false],
    ['a?c*', 'abcd', true], ['*a?', 'aab', true], ['~$*', '~$report.docx', true], ['a.txt', 'axtxt', false],
    ['[a-c]', 'b', true], ['[a-c]', 'd', false], ['[!a-c]', 'd', true], ['[!a-c]', 'b', false],
    ['[!a]', '', false],
    ['[]]', ']', true], ['[!]]', ']', false], ['[!]]', 'a', true], ['[]-a]', '_', true], ['[a-]', '-', true],
    ['[-a]', '-', true], ['[--0]', '.', true], ['[z-a]', 'm', false], ['[!z-a]', 'm', true],
    ['[^a]', '^', true],
    ['[^a]', 'b', false], ['[a', '[a', true], ['[', '[', true], ['[]', '[]', true], ['[!]', '[!]', true],
    ['[\\]', '\\', true],
    ['[é-í]', 'ê', true], ['[😀-😃]', '😂', true], ['[a-c-e]', '-', true], ['[a-c-e]', 'd', false],
    ['*.json', 'a\n.json', true], ['a*b', 'a/\nb', true], ['a(b|c)+$', 'a(b|c)+$', true],
  ])('%j and the name %j: %p', (pattern, name, expected) => {
    expect(compileGlob(pattern)(name)).toBe(expected)
  })

  test(`matches what its definition says (seed ${fuzzSeed})`, () => {
    const random = seeded(fuzzSeed)
    const inPatterns = ['*', '?', 'a', 'b', '[', ']', '!', '-', '^', '/', '😀', '[ab]', '[!a-b]', '*a', '\\'] as const
    const inNames = ['a', 'b', '-', ']', '[', '!', '^', '/', '😀', '\udce9', '\n', '\\'] as const
    const matched = { true: 0, false: 0 }
    for (let round = 0; round < 40_000; round += 1) {
      const pattern = random.text(inPatterns, 6)
      const name = random.text(inNames, 6)
      const expected = byDefinition([...pattern], [...name])
      if (compileGlob(pattern)(name) !== expected) throw new Error(`${JSON.stringify({ pattern, name, expected })}`)
      matched[`${expected}`] += 1
    }
    expect(matched.true).toBeGreaterThan(1000)
  })

  test('takes no time for what makes others backtrack for years', () => {
    const test = compileGlob(`${'*a'.repeat(60)}*b`)
    const name = 'a'.repeat(250)
    let steps = 0
    const counted = new Proxy(new String(name), {
      get: (of, key) => {
        if (key === 'codePointAt') return (at: number) => (steps += 1, name.codePointAt(at))
        return key === 'length' ? of.length : Reflect.get(of, key)
      },
    })
    expect(test(counted as unknown as string)).toBe(false)
    expect(steps).toBeLessThan(2 * 122 * 250)
  })
})

/** Slow and plain: each star tries every length. */
const byDefinition = (pattern: readonly string[], name: readonly string[]): boolean => {
  const [first, ...rest] = pattern
  if (first === undefined) return name.length === 0
  if (first === '*') return range(name.length).some((taken) => byDefinition(rest, name.slice(taken)))
  const [one, ...others] = name
  if (one === undefined) return false
  if (first === '?') return byDefinition(rest, others)
  const isNegated = first === '[' && rest[0] === '!'
  const close = rest.indexOf(']', isNegated ? 2 : 1)
  if (first !== '[' || close < 0) return first === one && byDefinition(rest, others)
  const isMember = memberOf(rest.slice(isNegated ? 1 : 0, close), one)
  return isMember !== isNegated && byDefinition(rest.slice(close + 1), others)
}

const memberOf = ([low, dash, high, ...rest]: readonly string[], one: string): boolean => {
  if (low === undefined) return false
  const at = (of: string) => of.codePointAt(0) ?? 0
  const isInRange = high !== undefined && at(low) <= at(one) && at(one) <= at(high)
  if (dash === '-' && high !== undefined) return isInRange || memberOf(rest, one)
  return low === one || memberOf([dash, high, ...rest].filter((other) => other !== undefined), one)
}

const range = (last: number): number[] => Array.from({ length: last + 1 }, (_, index) => index)

describe('the patterns of a watch', () => {
  const usual = ['*.tmp', '.*', '*.part', '*.partial', '*.filepart', '*.crdownload', '~$*']
  const decide = compilePatterns({ patterns: ['*.json', '2026/*.txt'], ignorePatterns: usual })

  test('look at the file name, or at the relative path where they have a slash', () => {
    expect(decide('a.json')).toBe('taken')
    expect(decide('deep/down/a.json')).toBe('taken')
    expect(decide('2026/a.txt')).toBe('taken')
    expect(decide('2026/deep/a.txt')).toBe('taken')
    expect(decide('2025/a.txt')).toBe('unmatched')
    expect(decide('a.txt')).toBe('unmatched')
  })
  test('ignore before they take', () => {
    expect(decide('.a.json')).toBe('ignored')
    expect(decide('sub/.a.json')).toBe('ignored')
    expect(decide('.sub/a.json')).toBe('taken')
    expect(decide('a.tmp')).toBe('ignored')
  })
  test('take every name that is not ignored where none are given, and none where the list is empty', () => {
    expect(compilePatterns({ patterns: null, ignorePatterns: usual })('a')).toBe('taken')
    expect(compilePatterns({ patterns: null, ignorePatterns: usual })('a.part')).toBe('ignored')
    expect(compilePatterns({ patterns: [], ignorePatterns: [] })('a')).toBe('unmatched')
  })
  test('are nearly met by a name that differs in case alone', () => {
    expect(decide.isNearMiss('a.JSON')).toBe(true)
    expect(decide.isNearMiss('2026/A.Txt')).toBe(true)
    expect(decide.isNearMiss('a.json')).toBe(false)
    expect(decide.isNearMiss('a.xml')).toBe(false)
    expect(decide.isNearMiss('.A.JSON')).toBe(false)
    expect(compilePatterns({ patterns: ['*.TXT'], ignorePatterns: [] }).isNearMiss('a.txt')).toBe(true)
    expect(compilePatterns({ patterns: null, ignorePatterns: ['*.tmp'] }).isNearMiss('a.TMP')).toBe(false)
  })
})
