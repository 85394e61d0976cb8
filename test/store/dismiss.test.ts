import { describe, expect, test } from 'bun:test'
import { acceptArchive } from '../../src/store/accept-archive.ts'
import { dismiss } from '../../src/store/dismiss.ts'
import { addComponent, addGroup, aLedger, before, noon } from './a-filled-ledger.ts'

const decision = { now: noon, actor: 'ops' }

describe('dismiss', () => {
  test('keeps the reason with the group and notes it on its components in trouble; statuses stay', async () => {
    const sql = await aLedger()
    await addGroup(sql, 1)
    await addGroup(sql, 2)
    await addComponent(sql, 1, 1, 'failed')
    await addComponent(sql, 2, 1, 'archived')
    await addComponent(sql, 3, 2, 'waiting')
    const end = await dismiss(sql, { watchName: null, groupKey: null, status: 'failed' }, 'a test file', decision)
    expect(end).toEqual({ groups: 1, components: 1 })
    expect(await sql.all('select id, dismissed from files order by id')).toEqual([
      { id: 1, dismissed: 'a test file' }, { id: 2, dismissed: null },
    ])
    expect(await sql.all('select status from file_components order by id')).toEqual([
      { status: 'failed' }, { status: 'archived' }, { status: 'waiting' },
    ])
    expect(await sql.all('select component_id, from_status, to_status, stage, detail, actor from events where id > 3')).toEqual([
      { component_id: 1, from_status: 'failed', to_status: 'failed', stage: 'dismiss', detail: 'a test file', actor: 'ops' },
    ])
  })

  test('of a group takes whatever its components are, and a first reason holds', async () => {
    const sql = await aLedger()
    await addGroup(sql, 1)
    await addGroup(sql, 2)
    await addComponent(sql, 1, 1, 'timed_out')
    await addComponent(sql, 2, 2, 'timed_out')
    const g1 = { watchName: null, groupKey: 'g1', status: null }
    expect(await dismiss(sql, g1, 'first', decision)).toEqual({ groups: 1, components: 1 })
    expect(await dismiss(sql, g1, 'second', decision)).toEqual({ groups: 0, components: 0 })
    expect(await sql.all('select dismissed from files order by id')).toEqual([{ dismissed: 'first' }, { dismissed: null }])
  })
})

test('more than a page of groups is dismissed, each once, whatever statuses its components are of', async () => {
  const sql = await aLedger()
  for (let group = 1; group <= 260; group += 1) {
    await addGroup(sql, group)
    for (const [at, status] of ['failed', 'failed', 'integrity_failed', 'archived'].entries()) {
      await addComponent(sql, group * 10 + at, group, status, { detected_at: before(3 - at) })
    }
  }
  const all = { watchName: 'in', groupKey: null, status: null }
  expect(await dismiss(sql, all, 'a lost disk', decision)).toEqual({ groups: 260, components: 780 })
  expect(await sql.all("select count(*) as n, count(dismissed) as dismissed from files")).toEqual([{ n: 260, dismissed: 260 }])
})

test('an accepted archive forgets its disk, and only its own', async () => {
  const sql = await aLedger()
  await sql.run("insert into archive_state (name, archive_id) values ('a', 'id-a'), ('b', 'id-b')")
  expect(await acceptArchive(sql, 'a')).toBe('id-a')
  expect(await acceptArchive(sql, 'a')).toBeNull()
  expect(await acceptArchive(sql, 'never used')).toBeNull()
  expect(await sql.all('select name, archive_id from archive_state order by name')).toEqual([
    { name: 'a', archive_id: null }, { name: 'b', archive_id: 'id-b' },
  ])
})
