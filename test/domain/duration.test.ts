import { describe, expect, test } from 'bun:test'
import {
  isUsableDuration,
  longestDuration,
  parseBytes,
  parseDuration,
  parseSpan,
  showDuration,
} from '../../src/domain/duration.ts'
import { fuzzSeed, seeded } from './seeded.ts'

describe('a duration', () => {
  test.each([
    ['5s', 5_000],
    ['1m', 60_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
    ['1.5h', 5_400_000],
    ['0.25s', 250],
    [' 5 s ', 5_000],
    ['0s', 0],
    ['400d', 34_560_000_000],
  ])('%p is %p milliseconds', (text, ms) => expect(parseDuration(text)).toBe(ms))

  test.each(['', '5', 's', '5 seconds', '-5s', '5S', '1h30m', '5ms', '1e3s', '.5s', '٥s', '5s\n5s'])(
    '%p is none',
    (text) => expect(parseDuration(text)).toBeNull(),
  )

  test('is usable when it is more than zero and at most 365 days', () => {
    expect([0, 1, 31_536_000_000, 31_536_000_001].map(isUsableDuration)).toEqual([false, true, true, false])
    expect(longestDuration).toBe(31_536_000_000)
  })

  test.each([
    [0, '0s'],
    [250, '250ms'],
    [2_000, '2s'],
    [90_000, '1m 30s'],
    [5_400_000, '1h 30m'],
    [3_605_000, '1h'],
    [259_200_000, '3d'],
    [90_061_000, '1d 1h'],
    [59_999, '1m'],
  ])('%p milliseconds are shown as %p', (ms, text) => expect(showDuration(ms)).toBe(text))
})

describe('a length of time in words', () => {
  test.each([
    ['30 days', 2_592_000_000],
    ['1 week, 3 days', 864_000_000],
    ['2h', 7_200_000],
    ['1 Month', 2_592_000_000],
    ['90 sec', 90_000],
    ['0.5 year', 15_768_000_000],
  ])('%p is %p milliseconds', (text, ms) => expect(parseSpan(text)).toBe(ms))

  test.each(['', '30', 'days', '30 moons', '30 days ago', '-1 day', '10:00', '3 day s'])(
    '%p is none',
    (text) => expect(parseSpan(text)).toBeNull(),
  )
})

describe('a size', () => {
  test.each([
    ['10 MB', 10_000_000],
    ['512 KiB', 524_288],
    ['1.5 gb', 1_500_000_000],
    ['300', 300],
    ['300 B', 300],
    ['2k', 2_000],
    ['0', 0],
  ])('%p is %p bytes', (text, bytes) => expect(parseBytes(text)).toBe(bytes))

  test.each(['', 'MB', '10 XB', '-1 MB', '10 iB', '00:00', '99999999 PB'])('%p is none', (text) =>
    expect(parseBytes(text)).toBeNull(),
  )
})

test(`what is a length of time or a size is a whole number, and what is shown is read back (seed ${fuzzSeed})`, () => {
  const random = seeded(fuzzSeed)
  const pieces = ['1', '0', '99', '9'.repeat(20), '9'.repeat(400), '.', '.5', ' ', ',', 's', 'm', 'h', 'd', 'w', 'days', 'KiB', 'MB', 'p', '-', 'e9', 'NaN', 'Infinity'] as const
  const read = { some: 0, none: 0 }
  for (let round = 0; round < 20_000; round += 1) {
    const junk = random.text(pieces, 5)
    for (const parse of [parseDuration, parseSpan, parseBytes]) {
      const value = parse(junk)
      if (value !== null && !(Number.isSafeInteger(value) && value >= 0)) throw new Error(`${parse.name}(${JSON.stringify(junk)}) is ${value}`)
      read[value === null ? 'none' : 'some'] += 1
    }
    const [count, unit] = [random.below(10_000), random.pick(['s', 'm', 'h', 'd'])]
    expect(parseDuration(`${count}${unit}`)).toBe(parseSpan(`${count} ${unit}`))
    const seconds = random.below(2 ** random.below(31))
    const shown = showDuration(seconds * 1000)
    const again = parseSpan(shown) ?? -1
    expect([seconds, showDuration(again), again <= seconds * 1000, again >= seconds * 1000 * 0.95]).toEqual([seconds, shown, true, true])
  }
  expect(read.some).toBeGreaterThan(500)
  expect(read.none).toBeGreaterThan(1000)
})
