import { expect, test } from 'bun:test'
import { reopenChanged } from '../../src/service/due.ts'
import type { Sql } from '../../src/world.ts'
import { aWatch } from '../fakes/builders.ts'
import { counted, sumOf } from '../fakes/counted.ts'
import { fakeService, ledger } from '../fakes/service.ts'

/** How often the ledger is asked for what other rules refused, with so many watches besides. */
const asked = async (watches: number, isOther: boolean) => {
  const service = await fakeService({ rules: { selection: [] } })
  const others = Array.from({ length: watches }, (_, at) => aWatch({ name: `w${at}`, path: `/other/${at}` }))
  await service.deliver({ 'a.txt': 'one' })
  await service.parts.sql.run("update file_components set status = 'not_selected'")
  if (isOther) service.swap({ digest: 'other' })
  const [calls, parts] = [new Map<string, number>(), await service.open()]
  const config = { ...parts.config, watches: [...parts.config.watches, ...others] }
  await reopenChanged({ ...parts, config, sql: counted<Sql>(parts.sql, calls) })
  const status = (await ledger(service)).join()
  await service.close()
  return { calls: sumOf(calls), status }
}

test('what other rules refused is looked for once for all watches', async () => {
  expect((await asked(40, false)).calls).toBe((await asked(2, false)).calls)
  expect((await asked(40, false)).status).toContain('not_selected')
})

test('and is brought back where there is any, though there are many watches', async () => {
  const [one, many] = [await asked(0, true), await asked(40, true)]
  expect([one.status, many.status]).toEqual(['a.txt#1 detected', 'a.txt#1 detected'])
  expect(many.calls).toBe(one.calls + 1)
})

/** So many groups were refused by rules that changed since. */
const refused = async (count: number) => {
  const service = await fakeService({ rules: { integrity: [{ type: 'min_size', bytes: 9 }] } })
  await service.deliver(Object.fromEntries(Array.from({ length: count }, (_, at) => [`${at}.txt`, 'few'])))
  service.swap({ digest: 'other', integrity: [] })
  return service
}

test('one run looks again at all that other rules refused, however much that is', async () => {
  const service = await refused(2100)
  await service.once()
  expect(await service.parts.sql.all('select status, count(*) as n from file_components group by status')).toEqual([
    { status: 'archived', n: 2100 },
  ])
  await service.close()
})

test('the walk to what other rules refused is done once, however many pages it makes', async () => {
  const service = await refused(2100)
  const walks: string[] = []
  const parts = await service.open()
  const sql: Sql = { ...parts.sql, all: (text, parameters) => {
    if (text.includes('cross join')) walks.push(text)
    return parts.sql.all(text, parameters)
  } }
  const pages = []
  for (let at = 0; at < 4; at += 1) pages.push(await reopenChanged({ ...parts, sql }))
  expect([pages, walks.length]).toEqual([[1000, 1000, 100, 0], 1])
  await service.close()
})
