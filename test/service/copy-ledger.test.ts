import { describe, expect, test } from 'bun:test'
import { Fault } from '../../src/domain/fault.ts'
import { copyLedger } from '../../src/service/copy-ledger.ts'
import { migrate, requireCurrentSchema } from '../../src/store/migrations.ts'
import { addPluginColumns } from '../../src/store/plugin-columns.ts'
import type { Sql, SqlValue } from '../../src/world.ts'
import { testServer } from '../binary/database.ts'
import { anEmptySql } from '../servers/a-sql.ts'
import { addComponent, addGroup, aLedger, noon } from '../store/a-filled-ledger.ts'

const aFilled = async (groups = 3): Promise<Sql> => {
  const sql = await aLedger()
  for (let id = 1; id <= groups; id += 1) {
    await addGroup(sql, id, { completed_seq: id })
    await addComponent(sql, id, id, 'archived')
  }
  return sql
}

const options = {
  targetName: 'the target', columns: {}, defaults: {}, now: noon, signal: new AbortController().signal, onProgress: () => undefined,
}

/** A target that keeps something else of one table than it was given. */
const lying = (target: Sql, table: string, alter: (rows: readonly (readonly SqlValue[])[]) => readonly (readonly SqlValue[])[]): Sql => ({
  ...target, many: (text, rows) => target.many(text, text.includes(`into ${table} `) ? alter(rows) : rows),
})

const faultOf = async (work: Promise<unknown>): Promise<Fault> => {
  const error = await work.then(() => null, (thrown: unknown) => thrown)
  if (error instanceof Fault) return error
  throw new Error(`no fault but ${String(error)}`)
}

describe('a copy of a ledger', () => {
  test('says how many rows each table has, and one digest for both sides', async () => {
    const { tables, isAgain } = await copyLedger(await aFilled(), await anEmptySql(), options)
    expect(isAgain).toBe(false)
    expect(tables.find((one) => one.name === 'file_components')).toMatchObject({ rows: 3 })
    expect(new Set(tables.filter((one) => one.rows > 0).map((one) => one.sha256)).size).toBe(tables.filter((one) => one.rows > 0).length)
  })

  test.each(['file_components', 'events', 'counters'])('that lost a row of %s is no ledger', async (table) => {
    const target = await anEmptySql()
    const fault = await faultOf(copyLedger(await aFilled(), lying(target, table, (rows) => rows.slice(1)), options))
    expect(fault.message).toMatch(new RegExp(`^${table} has \\d rows here and \\d there`))
    expect((await faultOf(requireCurrentSchema(target))).message).toContain('did not come to its end')
  })

  test('in which one value is another one is no ledger', async () => {
    const target = await anEmptySql()
    const fault = await faultOf(copyLedger(await aFilled(), lying(target, 'events', (rows) =>
      rows.map((row, index) => row.map((value) => (index === 1 && value === 'archived' ? 'failed' : value)))), options))
    expect(fault.message).toContain('the rows of events differ')
    expect((await faultOf(requireCurrentSchema(target))).remedy).toContain('begin again')
  })

  test.skipIf(testServer !== null)('of a ledger that has components without a group is refused before it begins', async () => {
    const source = await aFilled()
    await source.run('pragma foreign_keys = off')
    await source.run('delete from files where id = 2')
    expect((await faultOf(copyLedger(source, await anEmptySql(), options))).remedy).toContain('carbonation db check')
  })

  test('whose source changed meanwhile is no ledger', async () => {
    const [source, target] = [await aFilled(), await anEmptySql()]
    const changing: Sql = {
      ...target,
      many: async (text, rows) => {
        await target.many(text, rows)
        if (text.includes('into events ')) await source.run("update files set group_key = 'another' where id = 2")
      },
    }
    expect((await faultOf(copyLedger(source, changing, options))).message).toContain('the rows of files differ')
  })

  test('that a person stops is no ledger, and is begun again from nothing', async () => {
    const [source, target, stop] = [await aFilled(), await anEmptySql(), new AbortController()]
    const stopping = { ...options, signal: stop.signal, onProgress: () => stop.abort() }
    expect((await faultOf(copyLedger(source, target, stopping))).remedy).toContain('begins again')
    await source.run('delete from events where component_id = 3')
    await source.run('delete from file_components where id = 3')
    const { isAgain, tables } = await copyLedger(source, target, options)
    expect(isAgain).toBe(true)
    expect(tables.find((one) => one.name === 'file_components')).toMatchObject({ rows: 2 })
    expect(await target.all('select id from file_components order by id')).toEqual([{ id: 1 }, { id: 2 }])
  })

  test('keeps numbers whole and adds nothing where the target has the columns of the plugin already, and more', async () => {
    const [source, target, columns] = [await aFilled(1), await anEmptySql(), { ticks: { type: 'bigint' } } as const]
    await addPluginColumns(source, columns, {})
    await source.run('update files set ticks = 9007199254740993')
    await migrate(target, noon)
    await addPluginColumns(target, { ...columns, later: { type: 'string' }, number: { type: 'integer' } }, {})
    await copyLedger(source, target, { ...options, columns })
    expect(await target.all(`select cast(ticks as ${target.dialect === 'mariadb' ? 'char' : 'text'}) as ticks, later, "number" from files`)).toEqual([
      { ticks: '9007199254740993', later: null, number: null },
    ])
  })

  test.skipIf(testServer !== 'postgresql')('is known to the planner of PostgreSQL when it ends, so that its check takes no minutes', async () => {
    const target = await anEmptySql()
    await copyLedger(await aFilled(), target, options)
    expect(await target.all(`select relname, reltuples::integer as "rows" from pg_class
      where relnamespace = current_schema()::regnamespace and relname in ('files', 'file_components', 'events') order by relname`)).toEqual([
      { relname: 'events', rows: 3 }, { relname: 'file_components', rows: 3 }, { relname: 'files', rows: 3 },
    ])
  })

  test('goes on with ids behind those that it brought', async () => {
    const target = await anEmptySql()
    await copyLedger(await aFilled(), target, options)
    await target.run("insert into passes (started_at, host, mode) values ('2026-01-01 00:00:00.000', 'h', 'once')")
    await target.run("insert into events (at, stage, actor) values ('2026-01-01 00:00:00.000', 's', 'a')")
    expect(await target.all('select max(id) as id, count(*) as n from events')).toEqual([{ id: 4, n: 4 }])
  })

  test('brings more rows than are asked for at once, each in its place', async () => {
    const [source, target] = [await aFilled(1), await anEmptySql()]
    await source.many('insert into events (id, at, stage, detail, actor) values (?, ?, ?, ?, ?)',
      Array.from({ length: 12_345 }, (_, index) => [100 + 2 * index, '2026-01-01 00:00:00.000', 'record', `note ${index}`, 'test']))
    const { tables } = await copyLedger(source, target, options)
    expect(tables.find((one) => one.name === 'events')?.rows).toBe(12_346)
    expect(await target.all("select id from events where detail = 'note 12344'")).toEqual([{ id: 100 + 2 * 12_344 }])
  })
})
