import { afterEach, describe, expect, test } from 'bun:test'
import { minute, second } from '../../src/domain/time.ts'
import { watchReports } from '../../src/store/watch-state.ts'
import { pairs } from '../fakes/builders.ts'
import { fakeDaemon, type FakeDaemon } from '../fakes/daemon.ts'
import { archived, fakeService } from '../fakes/service.ts'

let daemon: FakeDaemon | null = null
afterEach(async () => {
  await daemon?.stop()
  await daemon?.close()
  daemon = null
})

const equation = async ({ parts }: { readonly parts: FakeDaemon['parts'] }) => {
  const { seen = 0, rows = 0, settling = 0, lastScanAt = null } = (await watchReports(parts.sql)).get('w') ?? {}
  return { seen, rows, settling, lastScanAt }
}

describe('the files that the last look saw', () => {
  test('are in the ledger also when the run moved them away', async () => {
    const service = await fakeService({ archive: { action: 'move' } })
    await service.deliver({ 'a.txt': 'one', 'b.txt': 'two' })
    expect(archived(service)).toEqual({ 'a.txt': 'one', 'b.txt': 'two' })
    expect(await equation(service)).toMatchObject({ seen: 2, rows: 2, settling: 0 })
    await service.close()
  })

  test('stay accounted for in a service when they are removed, and others come', async () => {
    daemon = await fakeDaemon({ service: { reconcileIntervalMs: 5 * minute } })
    for (const name of ['a.txt', 'b.txt']) daemon.tree.write(`/in/${name}`, 'one')
    await daemon.clock.advance(7 * minute)
    const { lastScanAt } = await equation(daemon)
    daemon.tree.delete('/in/a.txt')
    daemon.hint({ is: 'path', root: 'w', path: '/in/a.txt' })
    for (const name of ['c.txt', 'd.txt', 'e.txt']) daemon.produce(name, 'one')
    await daemon.clock.advance(2 * minute)
    expect(Object.keys(archived(daemon))).toHaveLength(5)
    expect(await equation(daemon)).toEqual({ seen: 2, rows: 2, settling: 0, lastScanAt })
  })

  test('settle until they do, whatever settles besides', async () => {
    daemon = await fakeDaemon({
      watch: { settleMs: 90 * second }, service: { heartbeatIntervalMs: 5 * second, reconcileIntervalMs: 5 * minute },
    })
    await daemon.clock.advance(290 * second)
    daemon.tree.write('/in/a.txt', 'one')
    await daemon.clock.advance(20 * second)
    expect(await equation(daemon)).toMatchObject({ seen: 1, rows: 0, settling: 1 })
    daemon.produce('b.txt', 'two')
    await daemon.clock.advance(80 * second)
    expect(Object.keys(archived(daemon))).toEqual(['a.txt'])
    expect(await equation(daemon)).toMatchObject({ seen: 1, rows: 1, settling: 0 })
  })

  test('have neither a row nor a quiet time where the function that groups them fails', async () => {
    const service = await fakeService({
      rules: { completeness: pairs({ groupBy: 'plugin', groupFunction: 'key' }) },
      plugins: { functions: { key: () => {
        throw new Error('no such orbit')
      } } },
    })
    await service.deliver({ 'a.txt': 'one' })
    expect(await equation(service)).toMatchObject({ seen: 1, rows: 0, settling: 0 })
    await service.close()
  })
})
