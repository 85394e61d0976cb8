import { afterEach, beforeEach, expect, test } from 'bun:test'
import { planComponents, type ComponentFilters } from '../../src/store/query-components.ts'
import { rowPages, selectRows, type Choice, type Row } from '../../src/store/select-rows.ts'
import type { Sql } from '../../src/world.ts'
import { addComponents, addGroups, aLedger } from './a-ledger.ts'

const any: ComponentFilters = {
  statuses: [], watchNames: [], archives: [], names: [], sha256: [], since: null, until: null, reasons: [],
}
const count = 2300
let sql: Sql
beforeEach(async () => {
  sql = await aLedger()
  await addGroups(sql, { dismissed: null })
  await addComponents(sql, ...Array.from({ length: count }, (_, index) => ({
    status: index % 2 === 0 ? 'failed' : 'archived', error_message: index % 3 === 0 ? null : `trouble ${index % 7}`,
  })))
})
afterEach(() => sql.close())

const inPages = async (filters: Partial<ComponentFilters>, choice: Choice, asked: Sql = sql): Promise<(readonly Row[])[]> => {
  const pages: (readonly Row[])[] = []
  for await (const page of rowPages(asked, planComponents({ ...any, ...filters }, choice))) pages.push(page)
  return pages
}

test.each([
  ['everything', { watchNames: ['radar'] }, {}],
  ['what is in trouble', {}, { orderBy: '-detected_at' }],
  ['an order with equal values and with none', { statuses: ['failed'] }, { orderBy: 'error_message', columns: ['filename', 'error_message'] }],
  ['a limit', { statuses: ['failed', 'archived'] }, { orderBy: '-id', limit: 1700 }],
  ['nothing', { statuses: ['timed_out'] }, {}],
] as const satisfies readonly (readonly [string, Partial<ComponentFilters>, Choice])[])('page by page comes what comes at once: %s', async (_, filters, choice) => {
  const pages = await inPages(filters, choice)
  expect(pages.flat()).toEqual(await selectRows(sql, planComponents({ ...any, ...filters }, choice)))
  expect(pages.map((page) => page.length).filter((length) => length > 1000)).toEqual([])
})

test('of a large answer only the ids are asked for at once', async () => {
  let widest = 0
  const told: Sql = {
    ...sql,
    all: async (text, parameters) => {
      const rows = await sql.all<Record<string, unknown>>(text, parameters)
      for (const row of rows.length > 1000 ? rows.slice(0, 1) : []) widest = Math.max(widest, Object.keys(row).length)
      return rows as never
    },
  }
  expect((await inPages({ statuses: ['failed', 'archived'] }, {}, told)).flat()).toHaveLength(count)
  expect(widest).toBe(1)
})

test('a row that is another thing by the time its page comes is left out', async () => {
  const rows = rowPages(sql, planComponents({ ...any, statuses: ['failed'] }, { columns: ['id'] }))
  expect((await rows.next()).value).toHaveLength(1000)
  await sql.run("update file_components set status = 'archived' where id > 2200")
  expect((await rows.next()).value?.at(-1)).toEqual({ id: 2199 })
})
