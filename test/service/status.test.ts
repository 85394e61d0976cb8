import { describe, expect, test } from 'bun:test'
import type { Watch } from '../../src/config/config.ts'
import { statusReport } from '../../src/service/status.ts'
import { statusJson } from '../../src/service/status-json.ts'
import { firstPulse, heartbeat, startInstance } from '../../src/store/service-state.ts'
import { writeWatchReports, type WatchReport } from '../../src/store/watch-state.ts'
import type { Sql } from '../../src/world.ts'
import { addComponent, addGroup, aLedger, before, noon } from '../store/a-filled-ledger.ts'

const minute = 60_000
const config = {
  service: {
    pollIntervalMs: 1, reconcileIntervalMs: 1, heartbeatIntervalMs: minute, scanIntervalMs: 1, workers: 1, maxRetries: 1,
    retryDelayMs: 1, staleThresholdMs: 60 * minute, leaseMs: 60_000, isStandby: false, durability: 'full' as const,
  },
  watches: [{ name: 'in', path: '/in' } as Watch],
}
const read = (sql: Sql) => statusReport(sql, config, noon)
const report: WatchReport = {
  name: 'in', path: '/in', state: 'ok', trouble: null, backend: 'inotify', reason: 'local ext4', seen: 9, ignored: 2,
  unmatched: 1, subdirsNotEntered: 0, nearMisses: 0, samples: [], unsettled: [], restless: 0, settling: 3, rows: 6, missedHints: 0,
  lastScanAt: noon - minute, fileSystem: null, freeBytes: null,
}
const identity = { host: 'h', pid: 7, version: '0.1.0', configFile: '/c', startedAt: noon - 10 * minute }

describe('the JSON of an empty ledger', () => {
  test('has every key', async () => {
    const json = statusJson(await read(await aLedger()))
    expect(Object.keys(json)).toEqual([
      'service', 'components', 'in_delivery', 'in_archive', 'retry_queue', 'oldest_incomplete', 'missing_metadata',
      'watches', 'ledger', 'archives', 'last_pass', 'rules_refused',
    ])
    expect(json.service).toEqual({ alive: false, last_heartbeat: null, started_at: null, queue_depth: 0, settling: 0, instances: [] })
    expect(json.ledger).toEqual({ components: 0, unaccounted: 0 })
    expect(json.watches[0]).toMatchObject({ name: 'in', path: '/in', state: 'unknown', backend: null })
  })
})

test('the JSON tells the ledger with ISO times', async () => {
  const sql = await aLedger()
  await addGroup(sql, 1)
  await addComponent(sql, 1, 1, 'archived')
  await addComponent(sql, 2, 1, 'archived', { in_archive: 0, in_delivery: 0 })
  await addGroup(sql, 2, { complete: 0, due_at: before(-30) })
  await addComponent(sql, 3, 2, 'waiting', { error_message: 'waiting for .txt' })
  await addGroup(sql, 3)
  await addComponent(sql, 4, 3, 'retry_pending')
  const json = statusJson(await read(sql))
  expect(json.components.archived).toEqual({ '1h': 2, '4h': 2, '1d': 2, '7d': 2, '30d': 2, total: 2 })
  expect(json).toMatchObject({
    in_delivery: 3, in_archive: 1, retry_queue: 1, missing_metadata: 0, ledger: { components: 4, unaccounted: 0 },
    oldest_incomplete: {
      watch_name: 'in', group_key: 'g2', generation: 1, created_at: '2026-11-21T11:30:00.000Z',
      due_at: '2026-11-21T12:30:00.000Z', waits_for: 'waiting for .txt',
    },
    watches: [{ last_arrival_at: '2026-11-21T11:30:00.000Z', backlog: 2, failed: 0 }],
  })
})

describe('the service', () => {
  test('is alive while one of its instances is, and its queue is theirs together', async () => {
    const sql = await aLedger()
    for (const [pid, queueDepth] of [[1, 4], [2, 5]] as const) {
      const mine = { ...identity, pid, configFile: `/etc/${pid}.toml` }
      const id = await startInstance(sql, mine, minute)
      await heartbeat(sql, id, mine, { ...firstPulse, queueDepth, settling: 1 }, noon - pid * minute)
    }
    const { service } = statusJson(await read(sql))
    expect(service.instances.map((one) => [one.pid, one.alive, one.queue_depth, one.lease])).toEqual([[1, true, 4, null], [2, true, 5, null]])
    expect(service).toMatchObject({
      alive: true, last_heartbeat: '2026-11-21T11:59:00.000Z', started_at: '2026-11-21T11:50:00.000Z', queue_depth: 9,
      settling: 2,
    })
  })

  test('whose heartbeat is old is dead, and nothing of its queue counts', async () => {
    const sql = await aLedger()
    const id = await startInstance(sql, identity, minute)
    await heartbeat(sql, id, identity, { ...firstPulse, queueDepth: 4 }, noon - 4 * minute)
    expect(statusJson(await read(sql)).service).toMatchObject({ alive: false, queue_depth: 0, last_heartbeat: '2026-11-21T11:56:00.000Z' })
  })
})

describe('files that a look saw', () => {
  const unaccountedOf = async (over: Partial<WatchReport>) => {
    const sql = await aLedger()
    await writeWatchReports(sql, [{ ...report, ...over }], noon)
    return (await read(sql)).ledger.unaccounted
  }

  test('are accounted for by rows and what settles', async () => {
    expect(await unaccountedOf({})).toBe(0)
  })

  test('and that have neither are unaccounted', async () => {
    expect(await unaccountedOf({ rows: 4 })).toBe(2)
  })

  test('are no alarm where the rows were not counted, or the directory could not be read', async () => {
    expect(await unaccountedOf({ rows: null })).toBe(0)
    expect(await unaccountedOf({ rows: 0, state: 'missing' })).toBe(0)
  })
})
