import { expect, test } from 'bun:test'
import { inCompanies } from '../../src/service/companies.ts'
import { fakeClock } from '../fakes/clock.ts'

const second = 1000

const late = (names: readonly string[]) => {
  const waits = names.map((item) => ({ item, ...Promise.withResolvers<number>() }))
  const clock = fakeClock()
  const runs: string[][] = []
  const ends = inCompanies(waits.map(({ item, promise }) => ({ item, value: promise })), clock, second, async (company) => {
    runs.push(company.map((one) => `${one.item}${one.value}`))
    return runs.length
  })
  return { clock, runs, ends, come: (...numbers: number[]) => numbers.forEach((at) => waits[at]?.resolve(at)) }
}

test('those that come within a second go on together', async () => {
  const { clock, runs, come } = late(['a', 'b', 'c', 'd'])
  come(2)
  await clock.advance(0.5 * second)
  come(0)
  await clock.advance(0.4 * second)
  expect(runs).toEqual([])
  await clock.advance(0.2 * second)
  expect(runs).toEqual([['c2', 'a0']])
  come(1)
  await clock.advance(1.1 * second)
  expect(runs).toEqual([['c2', 'a0'], ['b1']])
})

test('the last one is not kept waiting, and each learns what became of its own company', async () => {
  const { clock, runs, ends, come } = late(['a', 'b'])
  come(1, 0)
  expect(await clock.through(Promise.all(ends))).toEqual([1, 1])
  expect(runs).toEqual([['b1', 'a0']])
})

test('one that fails keeps no other from going on', async () => {
  const clock = fakeClock()
  const [good, bad] = inCompanies<string, number, number>(
    [{ item: 'good', value: Promise.resolve(1) }, { item: 'bad', value: Promise.reject(new Error('thrown')) }],
    clock, second, async (company) => company.length,
  )
  expect(await bad?.catch((error: Error) => error.message)).toBe('thrown')
  const first = good ?? Promise.resolve(0)
  await clock.advance(1.1 * second)
  expect(await first).toBe(1)
})
