import { afterEach, expect, test } from 'bun:test'
import type { Watch } from '../../src/config/config.ts'
import { runOnce } from '../../src/service/run-once.ts'
import type { Sql } from '../../src/world.ts'
import { broken, fakeService, type FakeService } from '../fakes/service.ts'

let service: FakeService
afterEach(async () => {
  expect(await broken(service)).toEqual([])
  await service.close()
})

/** Counts the rows that come from the ledger. */
const countingRows = (real: Sql, onRows: (count: number) => void): Sql => ({
  ...real,
  all: async <Row>(text: string, parameters?: Parameters<Sql['all']>[1]) => {
    const rows = await real.all<Row>(text, parameters)
    onRows(rows.length)
    return rows
  },
})

const rowsWritten = async (): Promise<number> => {
  const [row] = await service.parts.sql.all<{ count: number }>('select total_changes() as count')
  return row?.count ?? 0
}

/** What each of so many deliveries of one name reads from the ledger and writes to it, in rows. */
const costsOf = async (deliveries: number, onRedelivery: Watch['onRedelivery']) => {
  service = await fakeService({ watch: { onRedelivery } })
  const costs: { read: number; written: number }[] = []
  for (let times = 0; times < deliveries; times += 1) {
    service.tree.write('/in/latest.txt', `content ${times}`)
    await service.clock.advance(60_000)
    const before = await rowsWritten()
    let read = 0
    const parts = await service.open()
    const sql = countingRows(parts.sql, (count) => void (read += count))
    await service.clock.through(runOnce({ ...parts, sql }, 'host', new AbortController().signal))
    costs.push({ read, written: await rowsWritten() - before })
  }
  return costs
}

for (const policy of ['version', 'replace'] as const) {
  test(`a name that is delivered again and again costs no more each time (${policy})`, async () => {
    const costs = await costsOf(12, policy)
    expect(costs.at(-1)).toEqual(costs[3] ?? { read: 0, written: 0 })
    expect(await service.parts.sql.all('select count(*) as n from files where is_latest = 1')).toEqual([{ n: 1 }])
  })
}

test('what stood beside each other under another policy is still archived when the newest of them is replaced', async () => {
  await costsOf(3, 'version')
  const config = { ...service.parts.config, watches: service.parts.config.watches.map((one) => ({ ...one, onRedelivery: 'replace' as const })) }
  service.tree.write('/in/latest.txt', 'a new policy')
  await service.clock.advance(60_000)
  await service.clock.through(runOnce({ ...(await service.open()), config }, 'host', new AbortController().signal))
  expect(await service.parts.sql.all('select archive_key, status, in_archive from file_components order by id')).toEqual([
    { archive_key: 'alpha/latest.txt', status: 'archived', in_archive: 1 },
    { archive_key: 'alpha/latest~2.txt', status: 'archived', in_archive: 1 },
    { archive_key: 'alpha/latest~3.txt', status: 'superseded', in_archive: 0 },
    { archive_key: 'alpha/latest~3.txt', status: 'archived', in_archive: 1 },
  ])
  expect(Object.keys(service.tree.contents('/archive')).filter((one) => one.includes('latest'))).toHaveLength(3)
})
