import { describe, expect, test } from 'bun:test'
import { parseDateRange, parseDateTime } from '../../src/domain/date-range.ts'
import { Fault } from '../../src/domain/fault.ts'
import { faultOf } from './fault-of.ts'
import { fuzzSeed, seeded } from './seeded.ts'

describe('a date and time', () => {
  test.each([
    ['2026-11-21', Date.UTC(2026, 10, 21)],
    ['20261121', Date.UTC(2026, 10, 21)],
    ['2026-11-21T10', Date.UTC(2026, 10, 21, 10)],
    ['2026-11-21T10:20', Date.UTC(2026, 10, 21, 10, 20)],
    ['2026-11-21 10:20:30', Date.UTC(2026, 10, 21, 10, 20, 30)],
    ['20261121T102030Z', Date.UTC(2026, 10, 21, 10, 20, 30)],
    ['2026-11-21t10:20:30.5z', Date.UTC(2026, 10, 21, 10, 20, 30, 500)],
    ['2026-11-21T10:20:30,123456789Z', Date.UTC(2026, 10, 21, 10, 20, 30, 123)],
    ['2026-11-21T10:20:30+02:00', Date.UTC(2026, 10, 21, 8, 20, 30)],
    ['2026-11-21T10:20:30-0530', Date.UTC(2026, 10, 21, 15, 50, 30)],
    ['2026-11-21T10:20:30+02', Date.UTC(2026, 10, 21, 8, 20, 30)],
    ['2024-02-29', Date.UTC(2024, 1, 29)],
    [' 2026-11-21 ', Date.UTC(2026, 10, 21)],
    ['1969-12-31T23:59:59Z', -1000],
  ])('%s is read', (text, instant) => {
    expect(parseDateTime(text)).toBe(instant)
  })
  test.each([
    '', 'yesterday', '2026', '2026-11', '2026-1-5', '2026-02-30', '2025-02-29', '2026-13-01',
    '2026-00-10', '2026-11-00',
    '2026-1121', '202611-21', '2026-11-21T24:00', '2026-11-21T10:60', '2026-11-21T10:20:60',
    '2026-11-21T', '2026-11-21Z',
    '2026-11-21T10:20+24:00', '2026-11-21T10:20+01:60', '0000-01-01', '0001-01-01T00:00+01:00',
    '9999-12-31T23:59-01:00',
    '2026-02-30T00:00:00.000Z', 'Nov 21 2026 10:00:00 GMT', '0000-01-01T00:00:00.000Z',
    '1700000000', '٢٠٢٦-١١-٢١', '2026-11-21T10:20:30.Z', '+002026-11-21', '2026-11-21T10:20:30Z junk',
  ])('%j is refused', (text) => {
    expect(parseDateTime(text)).toBeNull()
  })
})

describe('a date range', () => {
  const [first, second] = [Date.UTC(2026, 0, 15), Date.UTC(2026, 1, 1)]
  test('has two ends, one, or is one instant', () => {
    expect(parseDateRange('2026-01-15/2026-02-01')).toEqual({ after: first, before: second })
    expect(parseDateRange('2026-01-15/')).toEqual({ after: first, before: null })
    expect(parseDateRange('/2026-02-01')).toEqual({ after: null, before: second })
    expect(parseDateRange('2026-01-15')).toEqual({ after: first, before: first })
    expect(parseDateRange('2026-01-15/2026-01-15')).toEqual({ after: first, before: first })
    expect(parseDateRange(' 2026-01-15 / 2026-02-01 ')).toEqual({ after: first, before: second })
  })
  const examples = 'write such as 2026-01-15/2026-02-01, 2026-01-15T12:00:00Z/ (from then on) '
    + 'or /2026-02-01 (until then)'
  test.each([
    ['', `"" is not a date range: neither end is given; ${examples}`],
    ['/', `"/" is not a date range: neither end is given; ${examples}`],
    ['2026-01-15/today',
      `"2026-01-15/today" is not a date range: "today" is not an ISO 8601 date or time; ${examples}`],
    ['2026-02-30/', `"2026-02-30/" is not a date range: there is no 2026-02-30; ${examples}`],
    ['a/b/c', `"a/b/c" is not a date range: it has 2 slashes; ${examples}`],
    ['2026-02-01/2026-01-15',
      'the date range "2026-02-01/2026-01-15" ends before it begins; write 2026-01-15/2026-02-01'],
  ])('%j is refused with what to write', (text, line) => {
    expect(faultOf(() => parseDateRange(text))).toBe(line)
  })

  test(`is read back as it was written, and anything else is a Fault (seed ${fuzzSeed})`, () => {
    const random = seeded(fuzzSeed)
    const pieces = ['2026', '-', '02', '30', 'T', ':', '/', '10', '+', 'Z', '.5', ' ', '0', '\n'] as const
    for (let round = 0; round < 5000; round += 1) {
      const [low, high] = [random.below(4e12), random.below(4e12)].sort((one, other) => one - other)
      if (low === undefined || high === undefined) throw new Error('two numbers')
      const [after, before] = [low, high].map((at) => new Date(at - 1e12).toISOString())
      expect(parseDateRange(`${after}/${before}`)).toEqual({ after: low - 1e12, before: high - 1e12 })
      const junk = random.text(pieces, 12)
      try {
        const range = parseDateRange(junk)
        expect(range.after === null || range.before === null || range.after <= range.before).toBe(true)
      } catch (error) {
        if (!(error instanceof Fault)) throw new Error(`${JSON.stringify(junk)}: ${error}`, { cause: error })
      }
    }
  })
})
