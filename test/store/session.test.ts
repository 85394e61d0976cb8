import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { openSession, type Session } from '../../src/store/session.ts'
import { addGroups, aLedger } from './a-ledger.ts'

let sql: Session
beforeEach(async () => {
  const ledger = await aLedger()
  await addGroups(ledger, {}, { watch_name: 'lidar' }, { retention_date: '2026-05-01 00:00:00.000' })
  sql = openSession(ledger)
})
afterEach(() => sql.close())

describe('a session', () => {
  test('binds values and never makes them part of the text', async () => {
    const name = "lidar' or '1' = '1"
    expect(await sql`select id from files where watch_name = ${name}`).toHaveLength(0)
    expect([...(await sql`select id from files where watch_name = ${'lidar'}`)]).toEqual([{ id: 2 }])
  })

  test('takes lists, also empty ones, and dates', async () => {
    expect(await sql`select id from files where id in ${[1, 3]}`).toHaveLength(2)
    expect(await sql`select id from files where id in ${[]}`).toHaveLength(0)
    expect(await sql`select id from files where id not in ${[]}`).toHaveLength(3)
    expect([...(await sql`select id from files where retention_date = ${new Date('2026-05-01T00:00:00Z')}`)]).toEqual([{ id: 3 }])
  })

  test('says how many rows changed, and gives those that are returned', async () => {
    expect((await sql`update files set file_type = ${'scan'} where id < ${3}`).changes).toBe(2)
    expect([...(await sql`delete from files where id = ${1} returning id`)]).toEqual([{ id: 1 }])
    expect([...(await sql`with one as (select 1 as n) select n from one`)]).toEqual([{ n: 1 }])
  })

  test('keeps all of a transaction or nothing', async () => {
    await sql.transaction(async (tx) => {
      await tx`update files set file_type = ${'kept'} where id = ${1}`
      await tx`update files set file_type = ${'kept'} where id = ${2}`
    })
    const broken = sql.transaction(async (tx) => {
      await tx`delete from files`
      throw new Error('changed my mind')
    })
    await expect(broken).rejects.toThrow('changed my mind')
    expect([...(await sql`select file_type, count(*) as n from files group by 1 order by 2`)]).toEqual([
      { file_type: null, n: 1 }, { file_type: 'kept', n: 2 },
    ])
  })

  test('does not mix a statement into a transaction that is open', async () => {
    const open = Promise.withResolvers<void>()
    const transaction = sql.transaction(async (tx) => {
      await tx`update files set file_type = ${'inside'}`
      await open.promise
      throw new Error('taken back')
    })
    const outside = sql`update files set file_type = ${'outside'}`
    open.resolve()
    await expect(transaction).rejects.toThrow('taken back')
    expect((await outside).changes).toBe(3)
    expect([...(await sql`select distinct file_type from files`)]).toEqual([{ file_type: 'outside' }])
  })

  test('refuses values that the database would alter', async () => {
    await expect(sql`select ${2n ** 64n}`).rejects.toThrow('18446744073709551616 does not fit 64 bits')
    // @ts-expect-error an object is no value
    await expect(sql`select ${{ a: 1 }}`).rejects.toThrow('was object')
    // @ts-expect-error nor is nothing at all
    await expect(sql`select ${undefined}`).rejects.toThrow('was undefined')
  })
})
