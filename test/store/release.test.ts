import { describe, expect, test } from 'bun:test'
import { release } from '../../src/store/release.ts'
import { addComponent, addGroup, aLedger, before, noon } from './a-filled-ledger.ts'

const decision = { now: noon, actor: 'ops' }
const g1 = { watchName: 'in', groupKey: 'g1' }

describe('release', () => {
  test('makes an incomplete group due with the wish on it, and notes it on what waits', async () => {
    const sql = await aLedger()
    await addGroup(sql, 1, { complete: 0, due_at: before(-60), dismissed: 'known' })
    await addComponent(sql, 1, 1, 'waiting', { error_message: 'waiting for .txt' })
    expect(await release(sql, g1, decision)).toEqual({ is: 'released', members: 1 })
    expect(await sql.all('select release_requested, due_at, dismissed from files')).toEqual([
      { release_requested: 1, due_at: '2026-11-21 12:00:00.000', dismissed: null },
    ])
    expect(await sql.all('select from_status, to_status, stage, actor from events where id = 2')).toEqual([
      { from_status: 'waiting', to_status: 'waiting', stage: 'release', actor: 'ops' },
    ])
    expect(await sql.all('select status, error_message from file_components')).toEqual([
      { status: 'waiting', error_message: 'waiting for .txt' },
    ])
  })

  test('brings back what was given up when its time ran out', async () => {
    const sql = await aLedger()
    await addGroup(sql, 1, { complete: 0 })
    await addComponent(sql, 1, 1, 'timed_out', { error_message: 'late' })
    expect(await release(sql, g1, decision)).toEqual({ is: 'released', members: 1 })
    expect(await sql.all('select status, error_message from file_components')).toEqual([
      { status: 'detected', error_message: null },
    ])
    expect(await sql.all('select from_status, to_status from events where id = 2')).toEqual([
      { from_status: 'timed_out', to_status: 'detected' },
    ])
  })

  test('refuses a group that is unknown, complete, or has nothing to archive, and changes nothing', async () => {
    const sql = await aLedger()
    await addGroup(sql, 1)
    await addGroup(sql, 2, { complete: 0 })
    await addComponent(sql, 1, 1, 'retry_pending')
    await addComponent(sql, 2, 2, 'cleared')
    expect(await release(sql, g1, decision)).toEqual({ is: 'complete' })
    expect(await release(sql, { ...g1, groupKey: 'g2' }, decision)).toEqual({ is: 'empty' })
    expect(await release(sql, { ...g1, groupKey: 'g3' }, decision)).toEqual({ is: 'unknown' })
    expect(await sql.all('select max(release_requested) as n from files')).toEqual([{ n: 0 }])
    expect(await sql.all('select count(*) as n from events')).toEqual([{ n: 2 }])
  })
})
