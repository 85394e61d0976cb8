import { expect, test } from 'bun:test'
import { indexExports } from '../../src/plugin/exports.ts'

const moduleOf = (name: string, exports: Readonly<Record<string, unknown>>) => ({ name, file: `plugins/${name}.ts`, exports })

test('functions are indexed by name; extract, classes, private names and the default export are not', () => {
  const { index, problems } = indexExports([
    moduleOf('a', { extract: () => ({}), takes: () => true, _own: () => 1, default: () => 1, Kind: class {}, n: 5 }),
    moduleOf('b', { route: async () => null, default: () => 2, _own: () => 2 }),
  ])
  expect(problems).toEqual([])
  expect(index.modules).toEqual([
    { name: 'a', file: 'plugins/a.ts', functions: ['takes'], hasExtract: true },
    { name: 'b', file: 'plugins/b.ts', functions: ['route'], hasExtract: false },
  ])
})

test('several plugins may have an extract each', () => {
  expect(indexExports([moduleOf('a', { extract: () => ({}) }), moduleOf('b', { extract: () => ({}) })]).problems).toEqual([])
})

test('an extract that is no function is told', () => {
  expect(indexExports([moduleOf('a', { extract: 5 })]).problems).toEqual(['plugins/a.ts: extract must be a function, was 5'])
})

test('queryDefaults are held against the columns', () => {
  const columns = { start: { type: 'datetime' } }
  const problemsOf = (queryDefaults: unknown) => indexExports([moduleOf('a', { columns, queryDefaults })]).problems
  expect(problemsOf({ orderBy: '-start', limit: 10, columns: ['group_key', 'start'] })).toEqual([])
  expect(problemsOf({ orderBy: 'created_at' })).toEqual([])
  expect(problemsOf({ orderBy: 'strat', limit: 0, columns: ['start', 'stop'], order_by: 'x' })).toEqual([
    'plugins/a.ts: queryDefaults orderBy must be a column, with - for the newest or largest first, was "strat"',
    'plugins/a.ts: queryDefaults limit must be a whole number above 0, was 0',
    'plugins/a.ts: queryDefaults columns has "stop", which is no column',
    "plugins/a.ts: queryDefaults has 'order_by'; known are orderBy, limit and columns",
  ])
  expect(problemsOf(() => ({}))).toEqual(["plugins/a.ts: queryDefaults must be like { orderBy: '-start' }, was a function"])
})
