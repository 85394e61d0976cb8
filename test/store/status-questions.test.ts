import { describe, expect, test } from 'bun:test'
import { archiveReports } from '../../src/store/archive-reports.ts'
import { directoryDigests, sampleOfDirectories } from '../../src/store/directories-in-delivery.ts'
import { dismissedByStatus } from '../../src/store/dismissed-by-status.ts'
import { inDelivery } from '../../src/store/in-delivery.ts'
import { lastArrivals } from '../../src/store/last-arrivals.ts'
import { missingInArchive } from '../../src/store/missing-in-archive.ts'
import { missingMetadata } from '../../src/store/missing-metadata.ts'
import { oldestIncomplete } from '../../src/store/oldest-incomplete.ts'
import { troubleByWatch } from '../../src/store/trouble-by-watch.ts'
import { unaccounted } from '../../src/store/unaccounted.ts'
import { watchNames } from '../../src/store/watch-names.ts'
import { addComponent, addGroup, aLedger, before, noon } from './a-filled-ledger.ts'

const hour = 3_600_000

test('what is in delivery is counted a watch, each path once', async () => {
  const sql = await aLedger()
  await addGroup(sql, 1)
  await addComponent(sql, 1, 1, 'archived')
  await addComponent(sql, 2, 1, 'waiting', { watch_name: 'other' })
  await addComponent(sql, 3, 1, 'archived', { in_delivery: 0 })
  await addComponent(sql, 4, 1, 'archived', { current_digest: null })
  expect(await inDelivery(sql)).toEqual(new Map([['in', 1], ['other', 1]]))
})

test('the directories of a watch are those that its files are in, each once', async () => {
  const sql = await aLedger()
  await addGroup(sql, 1)
  await addComponent(sql, 1, 1, 'archived', { directory_digest: 'a' })
  await addComponent(sql, 2, 1, 'archived', { directory_digest: 'a' })
  await addComponent(sql, 3, 1, 'waiting', { directory_digest: 'b', watch_name: 'other' })
  await addComponent(sql, 4, 1, 'waiting', { directory_digest: 'c' })
  await addComponent(sql, 5, 1, 'archived', { directory_digest: 'd', in_delivery: 0 })
  expect(await directoryDigests(sql, 'in', '')).toEqual(['a', 'c'])
  expect(await directoryDigests(sql, 'in', 'a')).toEqual(['c'])
  expect(await directoryDigests(sql, 'in', '', 1)).toEqual(['a'])
  expect(await sampleOfDirectories(sql, ['a', 'b', 'd'], 'in')).toHaveLength(1)
})

test('what is archived and was not found there is missing in the archive', async () => {
  const sql = await aLedger()
  await addGroup(sql, 1)
  await addComponent(sql, 1, 1, 'archived')
  await addComponent(sql, 2, 1, 'archived', { in_archive: 0 })
  await addComponent(sql, 3, 1, 'waiting')
  expect(await missingInArchive(sql)).toBe(1)
})

describe('the oldest incomplete group', () => {
  test('is that of the member which has waited longest', async () => {
    const sql = await aLedger()
    await addGroup(sql, 1, { complete: 0 })
    await addGroup(sql, 2, { complete: 0, due_at: before(-10), created_at: before(50) })
    await addComponent(sql, 1, 1, 'waiting', { detected_at: before(20) })
    await addComponent(sql, 2, 2, 'waiting', { detected_at: before(40), error_message: 'waiting for .txt' })
    expect(await oldestIncomplete(sql)).toEqual({
      watch_name: 'in', group_key: 'g2', generation: 1, created_at: '2026-11-21 11:10:00.000',
      due_at: '2026-11-21 12:10:00.000', waits_for: 'waiting for .txt',
    })
  })

  test('is none where nothing waits, and never a dismissed one', async () => {
    const sql = await aLedger()
    await addGroup(sql, 1, { complete: 0, dismissed: 'known' })
    await addGroup(sql, 2, { complete: 0 })
    await addComponent(sql, 1, 1, 'waiting')
    await addComponent(sql, 2, 2, 'timed_out')
    expect(await oldestIncomplete(sql)).toBeNull()
  })
})

test('a complete group without metadata is missing it, unless nothing of it is left', async () => {
  const sql = await aLedger()
  await addGroup(sql, 1, { metadata: null })
  await addComponent(sql, 1, 1, 'archived')
  await addGroup(sql, 2, { metadata: null })
  await addComponent(sql, 2, 2, 'cleared')
  await addGroup(sql, 3, { metadata: '{}' })
  await addComponent(sql, 3, 3, 'archived')
  await addGroup(sql, 4, { metadata: null, complete: 0 })
  await addComponent(sql, 4, 4, 'waiting')
  expect(await missingMetadata(sql)).toBe(1)
})

describe('unaccounted is', () => {
  test('nothing in a good ledger', async () => {
    const sql = await aLedger()
    await addGroup(sql, 1)
    await addComponent(sql, 1, 1, 'archived')
    await addComponent(sql, 2, 1, 'detected', { detected_at: before(59) })
    expect(await unaccounted(sql, noon, hour)).toBe(0)
  })

  test('what is archived without a place or a digest, each once', async () => {
    const sql = await aLedger()
    await addGroup(sql, 1)
    await addComponent(sql, 1, 1, 'archived', { archive_digest: null })
    await addComponent(sql, 2, 1, 'archived', { sha256: null })
    await addComponent(sql, 3, 1, 'archived', { archive_digest: null, sha256: null })
    expect(await unaccounted(sql, noon, hour)).toBe(3)
  })

  test('what nothing was decided about for too long, counted from its last event', async () => {
    const sql = await aLedger()
    await addGroup(sql, 1)
    await addGroup(sql, 2, { dismissed: 'known' })
    await addComponent(sql, 1, 1, 'detected', { detected_at: before(61) })
    await addComponent(sql, 2, 1, 'detected', { detected_at: before(61) })
    await sql.run(
      `insert into events (component_id, group_id, at, from_status, to_status, stage, actor)
       values (2, 1, ?, 'integrity_failed', 'detected', 'retry', 'ops')`, [before(5)],
    )
    await addComponent(sql, 3, 2, 'detected', { detected_at: before(61) })
    expect(await unaccounted(sql, noon, hour)).toBe(1)
  })
})

test('trouble is counted by watch and status; what is at its end is none', async () => {
  const sql = await aLedger()
  await addGroup(sql, 1)
  await addComponent(sql, 1, 1, 'archived')
  await addComponent(sql, 2, 1, 'failed')
  await addComponent(sql, 3, 1, 'failed')
  await addComponent(sql, 4, 1, 'waiting', { watch_name: 'other' })
  expect(await troubleByWatch(sql)).toEqual([
    { watchName: 'in', status: 'failed', count: 2 }, { watchName: 'other', status: 'waiting', count: 1 },
  ])
})

test('what a person dismissed is counted by status', async () => {
  const sql = await aLedger()
  await addGroup(sql, 1, { dismissed: 'known' })
  await addGroup(sql, 2)
  await addComponent(sql, 1, 1, 'failed')
  await addComponent(sql, 2, 1, 'archived')
  await addComponent(sql, 3, 2, 'failed')
  expect(await dismissedByStatus(sql)).toEqual(new Map([['archived', 1], ['failed', 1]]))
})

test('the last arrival of a watch is that of its group which changed last', async () => {
  const sql = await aLedger()
  await addGroup(sql, 1, { last_arrival_at: before(3) })
  await addGroup(sql, 2, { last_arrival_at: before(7) })
  expect(await lastArrivals(sql, ['in', 'empty'])).toEqual(new Map([['in', noon - 3 * 60_000]]))
})

test('an archive in trouble tells since when and how many groups it holds back', async () => {
  const sql = await aLedger()
  await sql.run("insert into archive_state (name, archive_id) values ('good', 'a-1')")
  await sql.run("insert into archive_state (name, trouble, trouble_since) values ('bad', 'not mounted?', ?)", [before(10)])
  await addGroup(sql, 1, { held_by: 'bad' })
  await addGroup(sql, 2, { held_by: 'bad' })
  expect(await archiveReports(sql)).toEqual([
    { name: 'bad', archiveId: null, trouble: 'not mounted?', troubleSince: noon - 600_000, freeBytes: null, held: 2 },
    { name: 'good', archiveId: 'a-1', trouble: null, troubleSince: null, freeBytes: null, held: 0 },
  ])
})

test('the watches are those of the config and those that only the ledger knows', async () => {
  const sql = await aLedger()
  for (const [id, name] of ['b', 'a', 'b', 'c'].entries()) await addGroup(sql, id + 1, { watch_name: name })
  expect(await watchNames(sql, { watches: [{ name: 'new' }, { name: 'b' }] })).toEqual(['new', 'b', 'a', 'c'])
})
