import { beforeEach, afterEach, describe, expect, test } from 'bun:test'
import { newFiles } from '../../src/store/new-files.ts'
import { fileColumns } from '../../src/store/query-columns.ts'
import type { Sql } from '../../src/world.ts'
import { addGroups, aLedger } from './a-ledger.ts'

const columns = fileColumns({}, new Set())
let sql: Sql
beforeEach(async () => {
  sql = await aLedger()
  await addGroups(
    sql, { completed_seq: 3 }, { completed_seq: 1, is_latest: 0 }, {}, { completed_seq: 2, watch_name: 'lidar' },
  )
  await sql.run('update counters set value = 3')
})
afterEach(() => sql.close())

const page = async (cursor: string | null, question: Parameters<typeof newFiles>[3] = {}) => {
  const { rows, cursor: next } = await newFiles(sql, columns, cursor, question)
  return { ids: rows.map((row) => row['id']), next }
}

describe('new files', () => {
  test('come in the order of their commits, every archived generation once', async () => {
    const first = await page(null, { limit: 2 })
    expect(first.ids).toEqual([2, 4])
    const second = await page(first.next, { limit: 2 })
    expect(second.ids).toEqual([1])
    expect(await page(second.next)).toEqual({ ids: [], next: second.next })
  })

  test('that commit later follow, though they were begun before', async () => {
    const { next } = await page(null)
    await sql.run("update files set completed_seq = 4, completed_at = '2026-01-01 00:00:00.000' where id = 3")
    expect((await page(next)).ids).toEqual([3])
  })

  test('may be those of one watch', async () => {
    expect((await page(null, { watchName: 'lidar' })).ids).toEqual([4])
    expect((await page(null, { watchName: 'sonar' })).next).toBeNull()
  })

  test('have the columns that rows show', async () => {
    const { rows } = await newFiles(sql, columns, null, { limit: 1 })
    expect(Object.keys(rows[0] ?? {})).toEqual([
      'id', 'watch_name', 'file_type', 'group_key', 'generation', 'complete', 'archive_name', 'archive_path', 'created_at',
      'completed_at', 'modified_at', 'retention_date',
    ])
  })

  test('are not given for a cursor that was mangled', async () => {
    const { next } = await page(null)
    for (const wrong of ['', '3', `${next}x`, `${next}`.slice(0, -1), `${next}`.replace('3', '4'), `${next}`.toUpperCase()]) {
      await expect(page(wrong)).rejects.toThrow(`"${wrong}" is not a cursor`)
    }
  })

  test('are not waited for with a cursor of another database', async () => {
    const { next } = await page(null)
    await sql.run('update counters set value = 2')
    await expect(page(next)).rejects.toThrow('this cursor is ahead of the database')
  })
})
