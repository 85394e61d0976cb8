import { expect, test } from 'bun:test'
import { Fault } from '../../src/domain/fault.ts'
import type { Columns } from '../../src/plugin/contract.ts'
import { filterKeys } from '../../src/store/filters.ts'
import { fileColumns } from '../../src/store/query-columns.ts'
import { countFiles, planFiles, planFilesCount, queryFiles } from '../../src/store/query-files.ts'
import { addGroups, aLedger } from './a-ledger.ts'

const plugin = {
  start: { type: 'datetime' }, stop: { type: 'datetime' }, name: { type: 'string' }, note: { type: 'text' },
  orbit: { type: 'bigint' }, cloud: { type: 'float' }, night: { type: 'boolean' }, bands: { type: 'json' },
} as const satisfies Columns
const columns = fileColumns(plugin, new Set(Object.keys(plugin)))

const now = Date.parse('2026-01-03T00:00:00Z')

/** The same numbers for the same seed: mulberry32. */
const dice = (seed: number) => (below: number): number => {
  seed = (seed + 0x6d2b79f5) | 0
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) % below
}

const oddTexts = [
  '', '%', '_', '!', "'", '"', '--', '007', '\0', '\udc80', 'é%', '2026-01-01', '2026-13-40', '1d', '99999999999d', '/', 'a/b',
  '2026-01-01/2026-02-01', '1e400', '-0', '0x10', ' 5 ', 'true', '__proto__', '%'.repeat(60_000), '\u202e', '9'.repeat(50),
]
const oddValues: readonly unknown[] = [
  ...oddTexts, null, undefined, 0, -1, 1.5, Number.NaN, Infinity, 2 ** 60, 2n ** 62n, 2n ** 200n, true, false, new Date(0),
  new Date(Number.NaN), new Date(8.64e15), {}, Object.create(null), [], [[]], [null, null], [null, '2026-01-01'], () => 1,
  Symbol('s'), ['a', 1, null], [new Date(0), new Date(1)], Array.from({ length: 1200 }, (_, index) => `v${index}`),
  Array.from({ length: 90 }, (_, index) => `v${index}%`),
]
/** What would be taken, most of the time. */
const goodValues: readonly unknown[] = ['2026-01-01', '007', '0%', 1, '1', true, null, undefined, '7d', '2026-01-01/']
const keys = [...filterKeys(columns), 'nope', '', '_', '_min', 'id"; drop table files; --', 'bands', 'constructor', '__proto__']
const names = columns.map((one) => one.name)
const oddNames = ['nope', '', '-', 'id desc', 'toString']

test('whatever is asked, the answer is rows or a fault', async () => {
  const seed = Number(process.env['SEED'] ?? (Math.random() * 2 ** 32) >>> 0)
  console.log(`SEED=${seed}`)
  const roll = dice(seed)
  const oneOf = <T>(list: readonly T[]): T => list[roll(list.length)] as T
  const maybe = <T>(value: () => T): T | undefined => (roll(3) === 0 ? value() : undefined)
  const aName = () => (roll(10) === 0 ? oneOf(oddNames) : oneOf(names))
  const sql = await aLedger(plugin)
  await addGroups(sql, { name: '007', orbit: 1, start: '2026-01-01 00:00:00.000', stop: '2026-01-02 00:00:00.000' }, { night: 1 })
  let rows = 0
  let faults = 0
  for (let round = 0; round < 3000; round += 1) {
    const question = {
      filters: Array.from({ length: roll(4) }, () => ({ key: oneOf(keys), value: oneOf(roll(3) === 0 ? oddValues : goodValues), as: 'a filter' })),
      columns: maybe(() => Array.from({ length: roll(3) }, () => aName())),
      orderBy: maybe(() => oneOf(['', '-', '-', '--']) + aName()),
      limit: maybe(() => oneOf([0, 1, 10, 100, 1000, -1, 0.5, Number.NaN, 2 ** 53])),
      allGenerations: roll(2) === 0,
    }
    try {
      const found = await queryFiles(sql, planFiles(columns, question, now))
      expect(found.length).toBeLessThanOrEqual(await countFiles(sql, planFilesCount(columns, question, now)))
      rows += 1
    } catch (error) {
      const asked = `SEED=${seed} round ${round}: ${Bun.inspect(question).slice(0, 500)}`
      if (!(error instanceof Fault)) throw new Error(asked, { cause: error })
      faults += 1
    }
  }
  expect(rows).toBeGreaterThan(200)
  expect(faults).toBeGreaterThan(200)
  expect(await sql.all('select count(*) as n from files')).toEqual([{ n: 2 }])
  await sql.close()
}, 60_000)
