import { expect, test } from 'bun:test'
import { beginPass, endPass, lastPasses } from '../../src/store/passes.ts'
import { aLedger, noon } from './a-filled-ledger.ts'

const sums = { lookedAt: 10, archived: 4, failed: 1, bytes: 2048 }

test('the last pass is the one that ended last, with what it came to', async () => {
  const sql = await aLedger()
  expect(await lastPasses(sql)).toEqual({ ended: null, open: null })
  const first = await beginPass(sql, { startedAt: noon, host: 'h', mode: 'once' })
  await endPass(sql, first, { ...sums, endedAt: noon + 1000, exitCode: 0 })
  expect(await lastPasses(sql)).toEqual({
    ended: { id: first, startedAt: noon, endedAt: noon + 1000, host: 'h', mode: 'once', exitCode: 0, ...sums }, open: null,
  })
})

test('a pass that runs stands beside the one before it', async () => {
  const sql = await aLedger()
  const first = await beginPass(sql, { startedAt: noon, host: 'h', mode: 'once' })
  await endPass(sql, first, { ...sums, endedAt: noon + 1000, exitCode: 0 })
  const second = await beginPass(sql, { startedAt: noon + 5000, host: 'h', mode: 'service' })
  const { ended, open } = await lastPasses(sql)
  expect(ended?.id).toBe(first)
  expect(open).toEqual({
    id: second, startedAt: noon + 5000, endedAt: null, host: 'h', mode: 'service', exitCode: null, lookedAt: 0, archived: 0,
    failed: 0, bytes: 0,
  })
})
