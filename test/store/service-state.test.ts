import { describe, expect, test } from 'bun:test'
import {
  firstPulse, heartbeat, instances, isAlive, startInstance, stopInstance, type InstanceIdentity,
} from '../../src/store/service-state.ts'
import { isOnServer } from '../servers/a-sql.ts'
import { aLedger, noon } from './a-filled-ledger.ts'

const minute = 60_000
/** A server tells its own time, and lets nobody tell it another. */
const told = (time: number) => (isOnServer ? expect.any(Number) : time)
const one: InstanceIdentity = { host: 'h', pid: 7, version: '0.1.0', configFile: '/etc/c.toml', startedAt: noon }
const busy = {
  queueDepth: 3, workersActive: 2, settling: 5, rulesRefused: 'rules.toml:3 no', changedSinceStart: ['config.toml'],
}

describe('an instance', () => {
  test('is told of from its start on, with its last heartbeat', async () => {
    const sql = await aLedger()
    const id = await startInstance(sql, one, minute)
    expect(await instances(sql)).toEqual([{ ...one, ...firstPulse, id, startedAt: told(noon), lastHeartbeat: told(noon) }])
    expect(await heartbeat(sql, id, one, busy, noon + minute)).toBe(id)
    expect(await instances(sql)).toEqual([{ ...one, ...busy, id, startedAt: told(noon), lastHeartbeat: told(noon + minute) }])
  })

  test('that ends in good order is not told of any more', async () => {
    const sql = await aLedger()
    const first = await startInstance(sql, one, minute)
    const second = await startInstance(sql, { ...one, host: 'other' }, minute)
    await stopInstance(sql, first)
    expect((await instances(sql)).map((each) => each.id)).toEqual([second])
  })

  test.skipIf(isOnServer)('that starts removes the dead of its own host, and nobody who is alive or elsewhere', async () => {
    const sql = await aLedger()
    await startInstance(sql, { ...one, pid: 1, startedAt: noon - 4 * minute }, minute)
    await startInstance(sql, { ...one, pid: 2, configFile: '/etc/other.toml', startedAt: noon - 2 * minute }, minute)
    await startInstance(sql, { ...one, pid: 4, startedAt: noon - 2 * minute }, minute)
    await startInstance(sql, { ...one, pid: 3, host: 'other', startedAt: noon - 9 * minute }, minute)
    await startInstance(sql, one, minute)
    expect((await instances(sql)).map((each) => each.pid)).toEqual([7, 2, 3])
  })

  test('that was taken for dead while its machine slept is there again with its next heartbeat', async () => {
    const sql = await aLedger()
    const slept = await startInstance(sql, { ...one, pid: 1, startedAt: noon - 9 * minute }, minute)
    const other = await startInstance(sql, one, minute)
    const again = await heartbeat(sql, slept, { ...one, pid: 1, startedAt: noon - 9 * minute }, busy, noon + minute)
    expect(again).not.toBe(other)
    expect((await instances(sql)).map((each) => each.pid)).toEqual([1, 7])
  })
})

test('a heartbeat keeps an instance alive for three of its intervals', () => {
  expect(isAlive({ lastHeartbeat: noon }, noon + 3 * minute, minute)).toBe(true)
  expect(isAlive({ lastHeartbeat: noon }, noon + 3 * minute + 1, minute)).toBe(false)
})
