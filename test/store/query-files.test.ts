import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { Fault } from '../../src/domain/fault.ts'
import type { Columns } from '../../src/plugin/contract.ts'
import { fileColumns } from '../../src/store/query-columns.ts'
import { countFiles, planFiles, requireBound, planFilesCount, queryFiles, type FilesQuestion } from '../../src/store/query-files.ts'
import type { Row } from '../../src/store/select-rows.ts'
import type { Sql } from '../../src/world.ts'
import { addGroups, aLedger } from './a-ledger.ts'

const plugin = {
  start: { type: 'datetime' }, stop: { type: 'datetime' }, category: { type: 'string' }, orbit: { type: 'bigint' },
  cloud: { type: 'float' }, night: { type: 'boolean' }, bands: { type: 'json' }, run: { type: 'integer' },
  run_min: { type: 'integer' },
} as const satisfies Columns
const columns = fileColumns(plugin, new Set(Object.keys(plugin)))
const now = Date.parse('2026-03-10T00:00:00Z')

let sql: Sql
beforeAll(async () => {
  sql = await aLedger(plugin)
  await addGroups(
    sql,
    {
      category: 'alpha', orbit: 7, cloud: 0.25, night: 1, bands: '[1,"b"]', run: 1, run_min: 100, complete: 1,
      start: '2026-03-01 00:00:00.000', stop: '2026-03-02 00:00:00.000', metadata: '{"category":"alpha"}',
    },
    {
      category: 'a_pha', orbit: 9007199254740993n, cloud: 0.5, night: 0, run: 2, run_min: 50,
      start: '2026-03-02 00:00:00.000', stop: '2026-03-03 00:00:00.000',
    },
    { category: '007', watch_name: 'lidar', file_type: 'scan', run: 3, start: '2026-03-08 00:00:00.000', stop: '2026-03-09 00:00:00.000' },
    { category: 'old', is_latest: 0 },
    { created_at: '2026-03-05 10:00:00.000' },
  )
})
afterAll(() => sql.close())

const ask = (filters: Record<string, unknown>, more: Partial<FilesQuestion> = {}): Promise<Row[]> => {
  const list = Object.entries(filters).map(([key, value]) => ({ key, value, as: `filter ${key}` }))
  return queryFiles(sql, planFiles(columns, { filters: list, ...more }, now))
}
const ids = async (filters: Record<string, unknown>, more: Partial<FilesQuestion> = {}): Promise<unknown[]> =>
  (await ask(filters, more)).map((row) => row['id'])

describe('a filter without a suffix', () => {
  test('is exact for text, and what looks like a number stays text', async () => {
    expect(await ids({ category: 'alpha' })).toEqual([1])
    expect(await ids({ category: 'ALPHA' })).toEqual([])
    expect(await ids({ category: '007' })).toEqual([3])
    expect(await ids({ category: '7' })).toEqual([])
  })

  test('with a list is any of it, and with an empty one nothing', async () => {
    expect(await ids({ category: ['alpha', '007', 'nobody'] })).toEqual([1, 3])
    expect(await ids({ category: [] })).toEqual([])
  })

  test('with % is a pattern, in which _ is itself', async () => {
    expect(await ids({ category: 'a%' })).toEqual([1, 2])
    expect(await ids({ category: 'a_pha%' })).toEqual([2])
    expect(await ids({ category: ['%pha', '007'] })).toEqual([1, 2, 3])
    expect(await ids({ category: '!%' })).toEqual([])
  })

  test('is exact for numbers, times and booleans', async () => {
    expect(await ids({ orbit: 9007199254740993n })).toEqual([2])
    expect(await ids({ orbit: '9007199254740993' })).toEqual([2])
    expect(await ids({ cloud: [0.25, 0.5] })).toEqual([1, 2])
    expect(await ids({ start: new Date('2026-03-02T00:00:00Z') })).toEqual([2])
    expect(await ids({ start: '2026-03-02T01:00:00+01:00' })).toEqual([2])
    expect(await ids({ night: false })).toEqual([2])
  })

  test('asks for rows without a value by null, and for nothing by undefined', async () => {
    expect(await ids({ category: null })).toEqual([5])
    expect(await ids({ category: ['alpha', null] })).toEqual([1, 5])
    expect(await ids({ category: undefined, run: 3 })).toEqual([3])
  })
})

describe('a suffix', () => {
  test('_min and _max are inclusive', async () => {
    expect(await ids({ cloud_min: 0.25, cloud_max: 0.25 })).toEqual([1])
    expect(await ids({ orbit_min: 8 })).toEqual([2])
    expect(await ids({ generation_max: 0 })).toEqual([])
  })

  test('_after and _before are inclusive, a date being its midnight', async () => {
    expect(await ids({ start_after: '2026-03-02', start_before: '2026-03-08' })).toEqual([2, 3])
    expect(await ids({ created_at_after: '2026-03-05T10:00:00Z' })).toEqual([5])
    expect(await ids({ created_at_after: '2026-03-05T10:00:00.001Z' })).toEqual([])
  })

  test('gives way to a column that bears the whole name', async () => {
    expect(await ids({ run_min: 100 })).toEqual([1])
  })

  test('_daterange takes what overlaps; ends that only touch do not', async () => {
    expect(await ids({ _daterange: '2026-03-02/2026-03-05' })).toEqual([2])
    expect(await ids({ _daterange: '2026-03-02T12:00:00Z/' })).toEqual([2, 3])
    expect(await ids({ _daterange: '/2026-03-02' })).toEqual([1])
    expect(await ids({ _daterange: '2026-03-02' })).toEqual([1, 2])
    expect(await ids({ _daterange: [new Date('2026-03-08T01:00:00Z'), null] })).toEqual([3])
  })

  test('_age counts back from now', async () => {
    expect(await ids({ _age: '2d' })).toEqual([3])
    expect(await ids({ _age: '24h' })).toEqual([])
    expect(await ids({ _age: new Date('2026-03-02T12:00:00Z') })).toEqual([2, 3])
  })
})

describe('rows', () => {
  test('have every public column and those of the plugin, as values of their types', async () => {
    expect(await ask({ id: 1 })).toEqual([{
      id: 1, watch_name: 'radar', file_type: null, group_key: 'g1', generation: 1, complete: true, archive_name: null,
      archive_path: null, created_at: new Date('2026-03-01T10:00:00Z'), completed_at: null,
      modified_at: new Date('2026-03-01T10:00:01Z'), retention_date: null, start: new Date('2026-03-01T00:00:00Z'),
      stop: new Date('2026-03-02T00:00:00Z'), category: 'alpha', orbit: 7, cloud: 0.25, night: true, bands: [1, 'b'],
      run: 1, run_min: 100,
    }])
  })

  test('have the columns that were asked for, in that order, each once', async () => {
    const [row] = await ask({ id: 2 }, { columns: ['orbit', 'id', 'is_latest', 'metadata', 'id'] })
    expect(Object.entries(row ?? {})).toEqual([['orbit', 9007199254740993n], ['id', 2], ['is_latest', true], ['metadata', null]])
  })

  test('are of the newest generation unless all are asked for', async () => {
    expect(await ids({ category: 'old' })).toEqual([])
    expect(await ids({ category: 'old' }, { allGenerations: true })).toEqual([4])
  })

  test('are ordered, equal ones by their id in the same direction and those without a value last', async () => {
    expect(await ids({}, { orderBy: 'start', limit: 10 })).toEqual([1, 2, 3, 5])
    expect(await ids({}, { orderBy: '-start', limit: 10 })).toEqual([3, 2, 1, 5])
    expect(await ids({}, { orderBy: '-watch_name', limit: 10 })).toEqual([5, 2, 1, 3])
    expect(await ids({}, { orderBy: 'watch_name', limit: 10 })).toEqual([3, 1, 2, 5])
    expect(await ids({}, { orderBy: '-start', limit: 2 })).toEqual([3, 2])
  })

  test('that someone else wrote are given as they stand', async () => {
    const other = await aLedger(plugin)
    if (other.dialect !== 'sqlite') return other.close()
    await addGroups(other, { start: 'yesterday', bands: '{not json', orbit: 'many' })
    const plan = planFiles(columns, { filters: [], limit: 1, columns: ['start', 'bands', 'orbit'] }, now)
    expect(await queryFiles(other, plan)).toEqual([{ start: 'yesterday', bands: '{not json', orbit: 'many' }])
    await other.close()
  })

  test('are counted whatever the limit', async () => {
    expect(await countFiles(sql, planFilesCount(columns, { filters: [], limit: 1 }, now))).toBe(4)
    const filters = [{ key: 'category', value: 'a%', as: 'x' }]
    expect(await countFiles(sql, planFilesCount(columns, { filters }, now))).toBe(2)
  })
})

describe('what is refused', () => {
  const refused = (filters: Record<string, unknown>, more: Partial<FilesQuestion> = {}): string => {
    try {
      const list = Object.entries(filters).map(([key, value]) => ({ key, value, as: `filter ${key}` }))
      planFiles(columns, { filters: list, ...more }, now)
      requireBound({ filters: list, ...more })
      return 'nothing'
    } catch (error) {
      if (error instanceof Fault) return error.message
      throw error
    }
  }

  test('a question for everything', () => {
    expect(refused({})).toBe('this would give every row of the table')
    expect(refused({ category: undefined })).toBe('this would give every row of the table')
    expect(refused({}, { limit: 5 })).toBe('nothing')
  })

  test('unknown names, with the nearest and all there are', () => {
    expect(refused({ categry: 1 })).toBe('there is no filter "categry"; did you mean "category"?')
    expect(refused({ category_min: 1 })).toBe('there is no filter "category_min"; did you mean "category"?')
    expect(refused({ id: 1 }, { orderBy: '-strat' })).toBe('there is no column to order by "strat"; did you mean "start"?')
    expect(refused({ id: 1 }, { columns: ['id', 'catgory'] })).toBe('there is no column "catgory"; did you mean "category"?')
    expect(() => planFiles(columns, { filters: [], limit: 1, columns: ['x'] }, now)).toThrow(expect.objectContaining({
      remedy: 'there are id, watch_name, file_type, group_key, generation, complete, archive_name, archive_path, created_at, '
        + 'completed_at, modified_at, retention_date, start, stop, category, orbit, cloud, night, bands, run, run_min, '
        + 'is_latest, completed_seq, metadata',
    }))
  })

  test('names that hide SQL', () => {
    expect(refused({ id: 1 }, { orderBy: 'id" --' })).toBe('there is no column to order by "id" --"')
    expect(refused({ 'id" or 1=1 --': 1 })).toBe('there is no filter "id" or 1=1 --"')
  })

  test('values that the column can not hold', () => {
    expect(refused({ category: 7 })).toBe('filter category must be text, was 7')
    expect(refused({ orbit_min: 'many' })).toBe('filter orbit_min must be a number such as 42 (of at most 64 bits), was "many"')
    expect(refused({ orbit: 2n ** 63n })).toBe('filter orbit must be a number such as 42 (of at most 64 bits), was 9223372036854775808')
    expect(refused({ cloud: Number.NaN })).toBe('filter cloud must be a number such as 0.5, was NaN')
    expect(refused({ night: 'yes' })).toBe('filter night must be true or false, was "yes"')
    expect(refused({ start_after: '2026-02-30' })).toBe(
      'filter start_after must be a date or time such as 2026-11-21 or 2026-11-21T10:00:00Z, was "2026-02-30"')
    expect(refused({ start: new Date(Number.NaN) })).toContain('was an invalid Date')
    expect(refused({ bands: 'x' })).toBe('there is no filter "bands"')
    expect(refused({ _age: 'old' })).toBe('filter _age must be an age such as 7d, 24h or 30m, was "old"')
    expect(refused({ _daterange: [null, null] })).toBe('filter _daterange is open at both ends')
    expect(refused({ _daterange: ['2026-03-02', '2026-03-01'] })).toBe('filter _daterange ends before it begins')
  })

  test('a limit that is none', () => {
    expect(refused({}, { limit: -1 })).toBe('the limit must be a whole number, was -1')
    expect(refused({}, { limit: 1.5 })).toBe('the limit must be a whole number, was 1.5')
  })

  test('lists too long for one statement', () => {
    expect(refused({ run: Array.from({ length: 1001 }, (_, index) => index) })).toBe('filter run has 1001 values; it takes at most 1000')
  })

  test('_daterange and _age without start and stop', () => {
    const bare = fileColumns({ start: { type: 'datetime' } }, new Set(['start']))
    expect(() => planFiles(bare, { filters: [{ key: '_age', value: '1d', as: 'x' }] }, now)).toThrow('there is no filter "_age"')
  })

  test('a column that the database does not have yet', () => {
    const early = fileColumns(plugin, new Set(['start', 'stop']))
    const plan = (question: FilesQuestion) => () => planFiles(early, question, now)
    expect(plan({ filters: [{ key: 'category', value: 'x', as: 'x' }] })).toThrow('column category of the plugin is not in the database yet')
    expect(plan({ filters: [], limit: 1, orderBy: 'category' })).toThrow('column category of the plugin is not in the database yet')
    expect(planFiles(early, { filters: [], limit: 1 }, now).columns.map((one) => one.name)).not.toContain('category')
  })
})
