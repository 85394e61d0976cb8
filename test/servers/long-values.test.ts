import { afterEach, beforeEach, expect, test } from 'bun:test'
import type { Columns } from '../../src/plugin/contract.ts'
import type { ServerSql } from '../../src/edges/servers/server.ts'
import { dialects } from '../../src/store/dialects.ts'
import { migrate } from '../../src/store/migrations.ts'
import { addPluginColumns } from '../../src/store/plugin-columns.ts'
import { fileColumns } from '../../src/store/query-columns.ts'
import { planFiles, queryFiles } from '../../src/store/query-files.ts'
import { addGroups } from '../store/a-ledger.ts'
import { onServers, openFresh } from './servers.ts'

const now = Date.parse('2026-11-21T10:00:00Z')
const columns = { c: { type: 'string', index: true }, d: { type: 'text' }, start: { type: 'datetime' } } as const satisfies Columns

onServers('values of any length', (name) => {
  let sql: ServerSql
  beforeEach(async () => {
    sql = await openFresh(name)
    await migrate(sql, now)
    await addPluginColumns(sql, columns, { orderBy: 'c' })
  })
  afterEach(() => sql.close())

  /** Nothing that could be compressed: indexes count what is left. */
  const long = (first: string): string => first + Array.from({ length: 200 }, () => crypto.randomUUID()).join('')
  const plan = (c: string | readonly string[]) =>
    planFiles(fileColumns(columns, new Set(Object.keys(columns)), dialects[name]), { filters: [{ key: 'c', value: c, as: '--c' }], columns: ['c'] }, now)

  test('a column with an index takes them, and finds each by its whole value', async () => {
    const [one, other] = [long('é'.repeat(300)), long('é'.repeat(300))]
    await addGroups(sql, { c: one, d: 'one' }, { c: other, d: 'other' }, { c: 'short', d: 'third' }, { c: 'é'.repeat(255), d: 'beginning' })
    for (const c of [one, other, 'short', 'é'.repeat(255)]) expect(await queryFiles(sql, plan(c))).toEqual([{ c }])
    expect((await queryFiles(sql, plan(['short', one]))).length).toBe(2)
    expect(await queryFiles(sql, plan('é'.repeat(256)))).toEqual([])
  })

  test('a question goes by the index', async () => {
    await addGroups(sql, ...Array.from({ length: 500 }, (_, index) => ({ c: `value ${index}` })))
    await sql.run(name === 'postgresql' ? 'analyze files' : 'analyze table files persistent for all')
    const { text, parameters } = plan('value 7')
    const rows = await sql.all(`explain ${text}`, parameters)
    expect(JSON.stringify(rows)).toContain('ix_files_c')
  })

  test('many rows of large values go in several statements', async () => {
    const large = 'x'.repeat(1_500_000)
    await sql.many('insert into files (id, watch_name, group_key, group_digest, created_at, modified_at, d) values (?, ?, ?, ?, ?, ?, ?)',
      Array.from({ length: 32 }, (_, index) => [index + 1, 'w', `k${index}`, `d${index}`, '2026-11-21 10:00:00.000', '2026-11-21 10:00:00.000', large]))
    expect(await sql.all('select count(*) as n, min(length(d)) as least from files')).toEqual([{ n: 32, least: 1_500_000 }])
  }, 60_000)
})
