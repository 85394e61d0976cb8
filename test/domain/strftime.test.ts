import { describe, expect, test } from 'bun:test'
import { compileStrftime } from '../../src/domain/strftime.ts'

const format = (spec: string, value: unknown): string => {
  const convert = compileStrftime(spec)
  if (typeof convert !== 'function') throw new Error(convert.message)
  const converted = convert(value)
  if ('refused' in converted) throw new Error(converted.refused)
  return converted.text
}

describe('strftime', () => {
  const sunday = new Date('2026-01-04T05:06:07.008Z')
  test.each([
    ['%Y', '2026'], ['%m', '01'], ['%d', '04'], ['%H', '05'], ['%M', '06'], ['%S', '07'], ['%j', '004'],
    ['%y', '26'],
    ['%b', 'Jan'], ['%B', 'January'], ['%a', 'Sun'], ['%A', 'Sunday'], ['%f', '008000'], ['%p', 'AM'],
    ['%I', '05'],
    ['%U', '01'], ['%W', '00'], ['%V', '01'], ['%G', '2026'], ['%g', '26'], ['%u', '7'], ['%w', '0'],
    ['%e', ' 4'],
    ['%%', '%'], ['%F', '2026-01-04'], ['%T', '05:06:07'], ['%R', '05:06'], ['%D', '01/04/26'], ['%h', 'Jan'],
    ['%-d', '4'], ['%_d', ' 4'], ['%-j', '4'], ['%0e', '04'], ['%%Y', '%Y'], ['day %d!', 'day 04!'],
  ])('%s of a Sunday morning is %j, as in Python', (spec, text) => {
    expect(format(spec, sunday)).toBe(text)
  })
  test.each([
    ['2021-01-03', '2020-W53-7 00 01'], // the ISO year begins on the Monday after
    ['2024-12-30', '2025-W01-1 53 52'],
    ['2024-02-29', '2024-W09-4 09 08'],
    ['2026-12-31', '2026-W53-4 52 52'],
  ])('the weeks of %s are %s', (date, text) => {
    // Written by hand from a calendar: %U counts Sundays, %W Mondays since New Year.
    const [iso = '', mondays = '', sundays = ''] = text.split(' ')
    expect(format('%G-W%V-%u', date)).toBe(iso)
    expect([format('%W', date), format('%U', date)]).toEqual([mondays, sundays])
  })
  test('noon and midnight are twelve', () => {
    expect(format('%I %p', '2026-01-04T12:00')).toBe('12 PM')
    expect(format('%I %p', '2026-01-04T00:00')).toBe('12 AM')
  })
  test('is in UTC whatever zone a text has', () => {
    expect(format('%Y-%m-%d %H', '2026-01-01T00:30:00+02:00')).toBe('2025-12-31 22')
    expect(format('%H', '2026-01-01T10:00:00')).toBe('10')
  })
  test('gives years before 1000 with four digits', () => {
    expect(format('%Y %G %F %y', '0987-06-05')).toBe('0987 0987 0987-06-05 87')
    expect(format('%Y', '0001-01-01')).toBe('0001')
    expect(format('%Y', '9999-12-31')).toBe('9999')
  })
  test('keeps the microseconds of a text', () => {
    expect(format('%S.%f', '2026-01-04T05:06:07.123456Z')).toBe('07.123456')
    expect(format('%f', '2026-01-04 05:06:07,5')).toBe('500000')
    expect(format('%f', '2026-01-04')).toBe('000000')
  })
  test('refuses years that four digits cannot hold', () => {
    expect(() => format('%Y', new Date(Date.UTC(10_000, 0)))).toThrow('outside the years 1 to 9999')
    expect(() => format('%Y', new Date(Date.parse('-000001-01-01T00:00:00Z')))).toThrow('outside the years')
  })
  test('says where an unknown directive stands, and which ones there are', () => {
    expect(compileStrftime('%Y-%Q')).toEqual({
      at: 3,
      message: '%Q is not a directive carbonation knows',
      remedy: 'use one of %Y %m %d %H %M %S %j %y %I %U %W %V %G %g %e %u %w %b %B %a %A %p %f %%',
    })
  })
})
