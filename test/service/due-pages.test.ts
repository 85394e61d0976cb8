import { afterEach, expect, test } from 'bun:test'
import { minute, second } from '../../src/domain/time.ts'
import { fakeDaemon, type FakeDaemon } from '../fakes/daemon.ts'
import { archived } from '../fakes/service.ts'

let daemon: FakeDaemon
afterEach(async () => {
  await daemon.stop()
  await daemon.close()
})

test('what an archive in trouble held is worked off as fast as it goes, however many pages of groups that are', async () => {
  daemon = await fakeDaemon({ service: { pollIntervalMs: 10 * minute } })
  daemon.destination.ail('not mounted?')
  for (let at = 0; at < 3100; at += 1) daemon.produce(`${at}.txt`, 'one')
  await daemon.clock.advance(minute)
  expect(archived(daemon)).toEqual({})
  daemon.destination.ail(null)
  await daemon.clock.advance(12 * minute)
  expect(Object.keys(archived(daemon))).toHaveLength(3100)
})

test('groups that stay due are asked for at each poll interval, and no more often', async () => {
  let asked = 0
  const stuck = Array.from({ length: 1000 }, (_, at) => ({ watchName: 'w', key: `${at}`, digest: `${at}` }))
  daemon = await fakeDaemon({
    service: { pollIntervalMs: 5 * second },
    alter: (parts) => ({ ...parts, claims: { ...parts.claims, due: async () => {
      asked += 1
      return stuck
    } } }),
  })
  await daemon.clock.advance(minute)
  expect(asked).toBeWithin(12, 15)
})
