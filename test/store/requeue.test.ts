import { describe, expect, test } from 'bun:test'
import { requeue } from '../../src/store/requeue.ts'
import { addComponent, addGroup, aLedger, before, noon } from './a-filled-ledger.ts'

const decision = { now: noon, actor: 'ops: carbonation retry' }
const all = { watchName: null, groupKey: null }

describe('retry', () => {
  test('makes a failed component due now, with its retries anew and its last trouble still told', async () => {
    const sql = await aLedger()
    await addGroup(sql, 1, { dismissed: 'known', due_at: null })
    await addComponent(sql, 1, 1, 'failed', { retry_count: 4, error_message: 'disk full' })
    expect(await requeue(sql, { ...all, status: 'failed' }, decision)).toEqual({ components: 1, gone: 0 })
    expect(await sql.all('select status, retry_count, next_retry_at, error_message from file_components')).toEqual([
      { status: 'retry_pending', retry_count: 0, next_retry_at: '2026-11-21 12:00:00.000', error_message: 'disk full' },
    ])
    expect(await sql.all('select due_at, dismissed from files')).toEqual([
      { due_at: '2026-11-21 12:00:00.000', dismissed: null },
    ])
    expect(await sql.all('select at, from_status, to_status, stage, actor from events where id = 2')).toEqual([{
      at: '2026-11-21 12:00:00.000', from_status: 'failed', to_status: 'retry_pending', stage: 'retry',
      actor: 'ops: carbonation retry',
    }])
  })

  test.each(['integrity_failed', 'timed_out', 'not_selected'] as const)('has %s decided anew', async (status) => {
    const sql = await aLedger()
    await addGroup(sql, 1)
    await addComponent(sql, 1, 1, status, { error_message: 'why' })
    expect(await requeue(sql, { ...all, status }, decision)).toEqual({ components: 1, gone: 0 })
    expect(await sql.all('select status, next_retry_at, error_message from file_components')).toEqual([
      { status: 'detected', next_retry_at: null, error_message: null },
    ])
  })

  test('leaves other statuses, watches and groups alone', async () => {
    const sql = await aLedger()
    await addGroup(sql, 1)
    await addGroup(sql, 2)
    await addGroup(sql, 3, { watch_name: 'other', group_key: 'g1' })
    await addComponent(sql, 1, 1, 'failed')
    await addComponent(sql, 2, 2, 'failed')
    await addComponent(sql, 3, 3, 'failed', { watch_name: 'other' })
    await addComponent(sql, 4, 1, 'not_selected')
    await requeue(sql, { watchName: 'in', groupKey: 'g1', status: 'failed' }, decision)
    expect(await sql.all("select id from file_components where status = 'retry_pending'")).toEqual([{ id: 1 }])
  })

  test('counts apart what is not in the delivery any more, and leaves old generations alone', async () => {
    const sql = await aLedger()
    await addGroup(sql, 1, { group_key: 'g', is_latest: 0 })
    await addGroup(sql, 2, { group_key: 'g', generation: 2 })
    await addComponent(sql, 1, 1, 'failed')
    await addComponent(sql, 2, 2, 'failed', { in_delivery: 0 })
    expect(await requeue(sql, { ...all, status: 'failed' }, decision)).toEqual({ components: 0, gone: 1 })
    expect(await sql.all("select count(*) as n from file_components where status = 'failed'")).toEqual([{ n: 2 }])
  })

  test('goes through more than one page', async () => {
    const sql = await aLedger()
    await addGroup(sql, 1)
    for (let id = 1; id <= 501; id += 1) await addComponent(sql, id, 1, 'failed', { detected_at: before(id) })
    expect(await requeue(sql, { ...all, status: 'failed' }, decision)).toEqual({ components: 501, gone: 0 })
  })

  test('goes through more than one page of what came at the same time, past what is gone', async () => {
    const sql = await aLedger()
    await addGroup(sql, 1)
    for (let id = 1; id <= 1100; id += 1) await addComponent(sql, id, 1, 'failed', { detected_at: before(1), in_delivery: id % 2 })
    expect(await requeue(sql, { ...all, status: 'failed' }, decision)).toEqual({ components: 550, gone: 550 })
  })
})
