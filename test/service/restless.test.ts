import { expect, test } from 'bun:test'
import { openHeartbeat } from '../../src/service/heartbeat.ts'
import { tellRestless } from '../../src/service/restless.ts'
import { openRoots } from '../../src/service/roots.ts'
import { lookAtWatch } from '../../src/service/look.ts'
import { passLanes } from '../../src/service/pass-lanes.ts'
import type { Settling } from '../../src/service/settling.ts'
import { anIdentity, aWatch } from '../fakes/builders.ts'
import { counted } from '../fakes/counted.ts'
import { fakeService } from '../fakes/service.ts'

const hour = 3_600_000

/** A service of so many watches with a file in each that never comes to rest; `calls` are those of its settling table. */
const withWatches = async (count: number) => {
  const service = await fakeService()
  const parts = await service.open()
  const watches = Array.from({ length: count }, (_, at) => aWatch({ name: `w${at}`, path: `/in/${at}`, settleMaxMs: (at + 1) * hour }))
  const times = { now: service.clock.now(), monotonic: service.clock.monotonic(), settleMs: 2000 }
  for (const { name, path } of watches) {
    service.tree.write(`${path}/a.txt`, 'one')
    parts.settling.restart({ watchName: name, path: `${path}/a.txt`, groupKey: 'a', identity: anIdentity() }, times)
  }
  const calls = new Map<string, number>()
  const whole = { ...parts, config: { ...parts.config, watches }, settling: counted<Settling>(parts.settling, calls) }
  return { service, parts: whole, watches, calls }
}

test('what does not come to rest is looked for once for all watches, and told of by the settle_max of each', async () => {
  const { service, parts, calls } = await withWatches(40)
  await service.clock.advance(2 * hour)
  tellRestless(parts)
  expect(calls.get('unsettled')).toBe(1)
  expect(service.log).toEqual([
    'WARNING watch w0: /in/0/a.txt has not come to rest for 1h: it goes on changing',
    'WARNING watch w1: /in/1/a.txt has not come to rest for 2h: it goes on changing',
  ])
  tellRestless(parts)
  expect(service.log).toHaveLength(2)
  await service.close()
})

test('a heartbeat asks the settling table once what settles, however many watches there are', async () => {
  const { service, parts, watches, calls } = await withWatches(40)
  const roots = openRoots(watches)
  const signal = new AbortController().signal
  for (const root of roots) root.lastEnd = await lookAtWatch(root.watch, parts, { lanes: passLanes(parts, signal), signal })
  const identity = { host: 'host', pid: 1, version: 'test', configFile: '/config.toml' }
  const heartbeat = openHeartbeat({ ...parts, identity, rulesRefused: () => null, changedSinceStart: () => [] })
  calls.clear()
  await heartbeat.beat(roots, 0)
  expect(calls.get('unsettled')).toBe(1)
  const [row] = await parts.sql.all<{ detail: string }>("select detail from watch_state where name = 'w39'")
  expect(JSON.parse(row?.detail ?? '{}').unsettled).toHaveLength(1)
  await service.close()
})
