import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { planComponents, countComponents, queryComponents, type ComponentFilters } from '../../src/store/query-components.ts'
import type { Choice } from '../../src/store/select-rows.ts'
import type { Sql } from '../../src/world.ts'
import { addComponents, addGroups, aLedger } from './a-ledger.ts'

let sql: Sql
beforeAll(async () => {
  sql = await aLedger()
  await addGroups(sql, {}, { dismissed: 'known' })
  await addComponents(
    sql,
    { archive_name: 'main', sha256: 'ab12'.padEnd(64, '0'), size_bytes: 9007199254740993n, in_archive: 1 },
    { status: 'failed', error_message: 'EACCES: permission denied', detected_at: '2026-03-03 10:00:00.000', retry_count: 3 },
    { status: 'failed', error_message: 'dismissed long ago', group_id: 2 },
    { status: 'integrity_failed', error_message: 'too small: 3 bytes', watch_name: 'lidar', filename: 'a_b.json', source_path: '/lidar/x/a_b.json' },
    { status: 'waiting', error_message: 'waiting for .txt', filename: 'aXb.json', source_path: '/in/y/aXb.json' },
    { status: 'timed_out', detected_at: '2026-03-02 10:00:00.000', in_delivery: 0 },
  )
})
afterAll(() => sql.close())

const none: ComponentFilters = {
  statuses: [], watchNames: [], archives: [], names: [], sha256: [], since: null, until: null, reasons: [],
}
const ids = async (filters: Partial<ComponentFilters>, choice: Choice = {}): Promise<unknown[]> =>
  (await queryComponents(sql, planComponents({ ...none, ...filters }, choice))).map((row) => row['id'])

describe('components', () => {
  test('without a filter are those in trouble that nobody dismissed', async () => {
    expect(await ids({})).toEqual([2, 4, 6])
    expect(await countComponents(sql, none)).toBe(3)
  })

  test('are found by status, watch and archive, any of several', async () => {
    expect(await ids({ statuses: ['failed'] })).toEqual([2, 3])
    expect(await ids({ statuses: ['waiting', 'archived'] })).toEqual([1, 5])
    expect(await ids({ watchNames: ['lidar'] })).toEqual([4])
    expect(await ids({ archives: ['main'] })).toEqual([1])
    expect(await ids({ archives: ['main'], statuses: ['failed'] })).toEqual([])
  })

  test('are found by a part of their name, of their path with a slash, or by a pattern', async () => {
    expect(await ids({ names: ['a_b'] })).toEqual([4])
    expect(await ids({ names: ['f2', 'f3'] })).toEqual([2, 3])
    expect(await ids({ names: ['/y/'] })).toEqual([5])
    expect(await ids({ names: ['a%.json'] })).toEqual([4, 5])
    expect(await ids({ names: ['%b'] })).toEqual([])
  })

  test('are found by a part of the reason, or by a pattern', async () => {
    expect(await ids({ reasons: ['Permission'] })).toEqual([2])
    expect(await ids({ reasons: ['too small%', 'waiting%'] })).toEqual([4, 5])
    expect(await ids({ reasons: ['small%'] })).toEqual([])
  })

  test('are found by their digest or its beginning, in any case', async () => {
    expect(await ids({ sha256: ['AB12'] })).toEqual([1])
    expect(await ids({ sha256: ['ab12'.padEnd(64, '0')] })).toEqual([1])
    expect(await ids({ sha256: ['ab13'] })).toEqual([])
  })

  test('are found by when they were detected, both ends included', async () => {
    const [second, third] = [Date.parse('2026-03-02T10:00:00Z'), Date.parse('2026-03-03T10:00:00Z')]
    expect(await ids({ since: second })).toEqual([2, 6])
    expect(await ids({ since: second, until: third - 1 })).toEqual([6])
    expect(await ids({ until: second - 1 })).toEqual([1, 3, 4, 5])
  })

  test('are rows of typed values in the order that was asked for', async () => {
    expect(await ids({}, { orderBy: '-detected_at' })).toEqual([2, 6, 4])
    expect(await ids({}, { orderBy: '-detected_at', limit: 1 })).toEqual([2])
    const columns = ['id', 'size_bytes', 'in_archive', 'in_delivery', 'detected_at', 'next_retry_at']
    expect(await queryComponents(sql, planComponents({ ...none, archives: ['main'] }, { columns }))).toEqual([{
      id: 1, size_bytes: 9007199254740993n, in_archive: true, in_delivery: true,
      detected_at: new Date('2026-03-01T10:00:00Z'), next_retry_at: null,
    }])
  })

  test('have no other columns', () => {
    expect(() => planComponents(none, { columns: ['stauts'] })).toThrow('there is no column "stauts"; did you mean "status"?')
    expect(() => planComponents(none, { orderBy: 'path_digest' })).toThrow('there is no column to order by "path_digest"')
  })
})
