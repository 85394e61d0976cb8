import { expect, test } from 'bun:test'
import { componentCounts } from '../../src/store/component-counts.ts'
import { addComponent, addGroup, aLedger, before, noon } from './a-filled-ledger.ts'

const none = { '1h': 0, '4h': 0, '1d': 0, '7d': 0, '30d': 0, total: 0 }

test('every status has every window, also in an empty ledger', async () => {
  expect(await componentCounts(await aLedger(), noon)).toEqual({
    detected: none, integrity_failed: none, waiting: none, timed_out: none, not_selected: none, archived: none,
    retry_pending: none, failed: none, cleared: none, superseded: none,
  })
})

test('a component counts in every window that reaches back to when it was detected', async () => {
  const sql = await aLedger()
  await addGroup(sql, 1)
  const [hours, days] = [60, 24 * 60]
  const ages = [0, 1 * hours, 1 * hours + 1, 4 * hours + 1, 1 * days + 1, 7 * days + 1, 30 * days + 1]
  for (const [index, age] of ages.entries()) {
    await addComponent(sql, 1 + index, 1, 'archived', { detected_at: before(age) })
    await addComponent(sql, 11 + index, 1, 'failed', { detected_at: before(age) })
  }
  const counts = await componentCounts(sql, noon)
  const expected = { '1h': 2, '4h': 3, '1d': 4, '7d': 5, '30d': 6, total: 7 }
  expect(counts.archived).toEqual(expected)
  expect(counts.failed).toEqual(expected)
  expect(counts.waiting).toEqual(none)
})

test('what a host with a faster clock detected is not lost', async () => {
  const sql = await aLedger()
  await addGroup(sql, 1)
  await addComponent(sql, 1, 1, 'waiting', { detected_at: before(-5) })
  expect((await componentCounts(sql, noon)).waiting).toEqual({ '1h': 1, '4h': 1, '1d': 1, '7d': 1, '30d': 1, total: 1 })
})
