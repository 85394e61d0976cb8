import { describe, expect, test } from 'bun:test'
import { median, percentile, verdict } from './statistics.ts'

describe('median and percentile', () => {
  test('of an even number of values the median is the mean of the two in the middle', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5)
  })

  test('the 99th percentile of a hundred values is the last but one', () => {
    expect(percentile(Array.from({ length: 100 }, (_, index) => 100 - index), 99)).toBe(99)
  })

  test('of nothing there is neither', () => {
    expect([median([]), percentile([], 50)]).toEqual([Number.NaN, Number.NaN])
  })
})

describe('the verdict on an allowance', () => {
  const finish = (name: string, ...walls: number[]) => ({
    name, remark: null, failed: false, spent: walls.map((wallMs) => ({ wallMs, cpuMs: 0, rssBytes: null })),
  })
  const limit = { of: 'own', times: 2, plusMs: 10 }
  const on = (...own: number[]) => verdict(limit, [finish('own', ...own), finish('base', 100, 100, 100)], 'base')

  test('is by the medians', () => {
    expect([on(1, 210, 999), on(211, 211, 211)]).toEqual(['kept', 'OVER'])
  })

  test('names what only the best runs kept', () => {
    expect(on(200, 300, 300)).toBe('kept at best')
  })

  test('needs no base where the allowance is a time', () => {
    expect(verdict({ of: 'own', times: 0, plusMs: 150 }, [finish('own', 149)], null)).toBe('kept')
  })

  test('is not given on what did not run', () => {
    expect(verdict(limit, [finish('own', 1)], 'base')).toBeNull()
  })
})
