import { afterEach, beforeEach, expect, test } from 'bun:test'
import { deliveryJson, deliveryText } from '../../src/cli/reconcile-delivery.ts'
import { day, hour } from '../../src/domain/time.ts'
import { reconcileDelivery } from '../../src/service/reconcile-delivery.ts'
import { pairs } from '../fakes/builders.ts'
import { broken, fakeService, ledger, type FakeService } from '../fakes/service.ts'

let service: FakeService
beforeEach(async () => {
  service = await fakeService({ rules: { completeness: pairs({ timeoutMs: 30 * day }) }, service: { staleThresholdMs: day } })
})
afterEach(async () => {
  expect(await broken(service)).toEqual([])
  await service.close()
})

const reconcile = async (force = false) => {
  const options = { host: 'host', force, signal: new AbortController().signal }
  return service.clock.through(reconcileDelivery(await service.open(), options))
}
const write = async (...names: string[]) => {
  for (const name of names) service.tree.write(`/in/${name}`, name)
  await service.clock.advance(hour)
}

test('new, cleared and removed files are counted, each once', async () => {
  await write('a.txt', 'a.json', 'b.txt')
  expect(deliveryText(await reconcile())).toBe('[w] new=3 cleared=0 source_removed=0 requeued=0\n')
  for (const name of ['a.txt', 'b.txt']) service.tree.delete(`/in/${name}`)
  await write('c.txt')
  expect(deliveryJson(await reconcile())).toBe('[{"watch":"w","new":1,"cleared":1,"source_removed":1,"requeued":0}]\n')
  expect(deliveryText(await reconcile())).toBe('[w] new=0 cleared=0 source_removed=0 requeued=0\n')
})

test('what waits for longer than stale_threshold is looked at again', async () => {
  await write('a.txt')
  await reconcile()
  await service.clock.advance(23 * hour)
  expect((await reconcile()).counts.get('w')?.requeued).toBe(0)
  await service.clock.advance(2 * hour)
  expect((await reconcile()).counts.get('w')?.requeued).toBe(1)
  expect(await ledger(service)).toEqual(['a.txt#1 waiting: waiting for .json'])
})

test('what is tried again at a set time is not stuck', async () => {
  await service.close()
  const mended = { extract: (): Record<string, unknown> => { throw new Error('no') } }
  service = await fakeService({
    rules: { metadataModule: 'm' }, plugins: mended, service: { staleThresholdMs: hour, retryDelayMs: 20 * hour },
  })
  await write('a.txt')
  await reconcile()
  await service.clock.advance(2 * hour)
  expect((await reconcile()).counts.get('w')?.requeued).toBe(0)
})

test('--force clears what most of a watch lost', async () => {
  const names = Array.from({ length: 120 }, (_, index) => `w${index}.txt`)
  await write(...names)
  await reconcile()
  for (const name of names) service.tree.delete(`/in/${name}`)
  expect(deliveryText(await reconcile())).toBe('[w] new=0 cleared=0 source_removed=0 requeued=0\n')
  const forced = await reconcile(true)
  expect(deliveryText(forced)).toBe('[w] new=0 cleared=120 source_removed=0 requeued=0\n')
  expect(forced.pass.scans[0]?.end.fault).toBeNull()
})
