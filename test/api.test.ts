import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { connect, Fault, queryFiles, session, type Columns, type Connection } from '../src/api.ts'
import { addGroups } from './store/a-ledger.ts'
import { aProject, type Project } from './cli/query/a-project.ts'

const columns = {
  start: { type: 'datetime' }, stop: { type: 'datetime' }, category: { type: 'string' }, orbit: { type: 'bigint' },
  night: { type: 'boolean' },
} as const satisfies Columns
type Mine = typeof columns

let project: Project
let config: string
beforeAll(async () => {
  project = await aProject({
    columns, commands: [],
    plugin: `export const columns = ${JSON.stringify(columns)}\nexport const queryDefaults = { orderBy: '-id' }\n`,
    fill: async (sql) => {
      await addGroups(
        sql,
        { category: 'alpha', orbit: 9007199254740993n, night: 1, start: '2026-03-01 00:00:00.000', completed_seq: 1 },
        { category: 'beta', orbit: 7, night: 0 },
        { category: 'beta', is_latest: 0 },
      )
      await sql.run('update counters set value = 1')
      await sql.run(
        `insert into service_state (id, started_at, last_heartbeat, queue_depth, workers_active, settling, version, host, pid)
         values (1, '2026-03-01 00:00:00.000', '2026-03-01 01:00:00.000', 5, 1, 0, '0.1', 'old', 1),
                (2, '2026-03-02 00:00:00.000', '2026-03-02 01:00:00.000', 7, 2, 3, '0.1', 'new', 2)`,
      )
    },
  })
  config = join(project.directory, 'config.toml')
})
afterAll(() => project.remove())

let db: Connection<Mine>
beforeEach(async () => void (db = await connect<Mine>(config)))
afterEach(() => db.close())

describe('a connection', () => {
  test('gives typed rows in the order that the plugin wants', async () => {
    const rows = await db.queryFiles({}, { limit: 10 })
    expect(rows.map((row) => row.id)).toEqual([2, 1])
    const start: Date | null | undefined = rows[1]?.start
    const orbit: number | bigint | null | undefined = rows[1]?.orbit
    expect({ start, orbit, night: rows[1]?.night, created: rows[1]?.created_at }).toEqual({
      start: new Date('2026-03-01T00:00:00Z'), orbit: 9007199254740993n, night: true, created: new Date('2026-03-01T10:00:00Z'),
    })
  })

  test('takes filters, columns, order, limit, all generations, or counts', async () => {
    expect(await db.queryFiles({ category: ['alpha', 'b%'], night: false }, { columns: ['id', 'category'] })).toEqual([
      { id: 2, category: 'beta' },
    ])
    expect(await db.queryFiles({ category: 'beta' }, { columns: ['id'], orderBy: 'id', allGenerations: true })).toEqual([{ id: 2 }, { id: 3 }])
    expect(await db.queryFiles({}, { columns: ['id'], orderBy: 'id', limit: 1 })).toEqual([{ id: 1 }])
    const count: number = await db.queryFiles({ orbit_min: 7n }, { countOnly: true })
    expect(count).toBe(2)
    expect(await db.queryFiles(undefined, { countOnly: true })).toBe(2)
  })

  test('refuses what would give everything, and what it does not know', async () => {
    await expect(db.queryFiles()).rejects.toThrow('this would give every row of the table')
    // @ts-expect-error there is no such filter
    await expect(db.queryFiles({ categry: 'x' })).rejects.toThrow('there is no filter "categry"; did you mean "category"?')
    // @ts-expect-error nor such a column
    await expect(db.queryFiles({}, { limit: 1, columns: ['strat'] })).rejects.toBeInstanceOf(Fault)
    // @ts-expect-error nor such an order
    await expect(db.queryFiles({}, { limit: 1, orderBy: '-strat' })).rejects.toThrow('there is no column to order by "strat"')
    // @ts-expect-error a boolean has no least value
    await expect(db.queryFiles({ night_min: 1 })).rejects.toThrow('there is no filter "night_min"')
    // @ts-expect-error text is no number
    await expect(db.queryFiles({ orbit_min: 'low' })).rejects.toThrow('filter orbit_min must be a number')
  })

  test('without the types of its columns takes any name', async () => {
    await using loose = await connect(config)
    const [row] = await loose.queryFiles({ category: 'alpha', _age: '36500d', orbit_max: null })
      .catch(() => loose.queryFiles({ category: 'alpha' }))
    expect(row?.['category']).toBe('alpha')
  })

  test('describes every filter', async () => {
    const filters = await db.describeFilters()
    expect(filters.map((one) => one.filter_key)).toEqual([
      'id', 'id_min', 'id_max', 'watch_name', 'file_type', 'group_key', 'generation', 'generation_min', 'generation_max',
      'complete', 'archive_name', 'archive_path', 'created_at', 'created_at_after', 'created_at_before', 'completed_at',
      'completed_at_after', 'completed_at_before', 'modified_at', 'modified_at_after', 'modified_at_before',
      'retention_date', 'retention_date_after', 'retention_date_before', 'start', 'start_after', 'start_before', 'stop',
      'stop_after', 'stop_before', 'category', 'orbit', 'orbit_min', 'orbit_max', 'night', 'is_latest', 'completed_seq',
      'completed_seq_min', 'completed_seq_max', '_daterange', '_age',
    ])
    expect(filters.find((one) => one.filter_key === 'orbit_min')).toEqual({
      filter_key: 'orbit_min', type: 'integer', description: 'orbit is at least this', column: 'orbit', plugin: true,
    })
  })

  test('gives new files after a cursor', async () => {
    const first = await db.getNewFiles()
    expect(first.rows.map((row) => row.category)).toEqual(['alpha'])
    expect(await db.getNewFiles(first.cursor, { limit: 5 })).toEqual({ rows: [], cursor: first.cursor })
    await expect(db.getNewFiles('2026-01-01:7')).rejects.toThrow('"2026-01-01:7" is not a cursor')
  })

  test('tells the service as it was heard of last', async () => {
    expect(await db.getServiceStatus()).toEqual({
      started_at: new Date('2026-03-02T00:00:00Z'), last_heartbeat: new Date('2026-03-02T01:00:00Z'), queue_depth: 7,
      workers_active: 2, settling: 3, version: '0.1', host: 'new', pid: 2,
    })
  })

  test('sees what a session wrote', async () => {
    await using sql = await session(config)
    await sql`update files set file_type = ${'scan'} where id = ${1}`
    expect(await db.queryFiles({ file_type: 'scan' }, { columns: ['id'] })).toEqual([{ id: 1 }])
  })
})

test('one question needs no connection', async () => {
  expect(await queryFiles<Mine>(config, { category: 'alpha' }).then((rows) => rows.length)).toBe(1)
  expect(await queryFiles(config, {}, { countOnly: true })).toBe(2)
})

test('a config that is not there is a fault with its name', async () => {
  await expect(connect('/nowhere/config.toml')).rejects.toThrow('/nowhere/config.toml')
})
