import { afterEach, describe, expect, test } from 'bun:test'
import type { Watch } from '../../src/config/config.ts'
import { second } from '../../src/domain/time.ts'
import { runOnce } from '../../src/service/run-once.ts'
import { pairs } from '../fakes/builders.ts'
import { archived, broken, delivered, eventsOf, fakeService, ledger, type FakeService, type FakeServiceOptions } from '../fakes/service.ts'

let service: FakeService
afterEach(async () => {
  expect(await broken(service)).toEqual([])
  expect(service.destination.open).toBe(0)
  await service.close()
})

const open = async (onRedelivery: Watch['onRedelivery'], more: FakeServiceOptions = {}): Promise<FakeService> => {
  service = await fakeService({
    ...more, watch: { onRedelivery, settleMs: 2 * second, redeliveryWaitMs: 20 * second, ...more.watch },
    rules: { completeness: pairs(), ...more.rules },
  })
  return service
}
const wait = () => service.clock.advance(30 * second)

for (const action of ['copy', 'move'] as const) {
  describe(`redelivery to an archive that ${action === 'copy' ? 'copies' : 'moves'}`, () => {
    const openWith = (onRedelivery: Watch['onRedelivery'], more: FakeServiceOptions = {}) =>
      open(onRedelivery, { ...more, archive: { action, ...more.archive } })

    test('version: one changed member is stored beside the first generation, with the unchanged one', async () => {
      await openWith('version')
      await service.deliver({ 'a.txt': 'one', 'a.json': '{}' })
      await service.deliver({ 'a.txt': 'two' })
      expect(archived(service)).toEqual({ 'a.txt': 'one', 'a.json': '{}' })
      await wait()
      await service.once()
      expect(archived(service)).toEqual({ 'a.txt': 'one', 'a.json': '{}', 'a~2.txt': 'two', 'a~2.json': '{}' })
      expect((await ledger(service)).toSorted()).toEqual([
        'a.json#1 archived', 'a.json#2 archived', 'a.txt#1 archived', 'a.txt#2 archived',
      ])
    })

    test('version: both changed at once need no waiting', async () => {
      await openWith('version')
      await service.deliver({ 'a.txt': 'one', 'a.json': '1' })
      await service.deliver({ 'a.txt': 'two', 'a.json': '2' })
      expect(archived(service)).toEqual({ 'a.txt': 'one', 'a.json': '1', 'a~2.txt': 'two', 'a~2.json': '2' })
    })

    test('version: a third generation goes beside both', async () => {
      await openWith('version')
      for (const each of ['1', '2', '3']) await service.deliver({ 'a.txt': each, 'a.json': each })
      expect(archived(service)).toEqual({
        'a.txt': '1', 'a.json': '1', 'a~2.txt': '2', 'a~2.json': '2', 'a~3.txt': '3', 'a~3.json': '3',
      })
    })

    test('version: members that come one after the other are never mixed with the old ones', async () => {
      await openWith('version')
      await service.deliver({ 'a.txt': 'one', 'a.json': '1' })
      await service.deliver({ 'a.txt': 'two' })
      expect(await ledger(service)).toContain('a.txt#2 waiting: delivered again; .json may follow')
      await service.clock.advance(15 * second)
      await service.deliver({ 'a.json': '2' })
      expect(archived(service)).toEqual({ 'a.txt': 'one', 'a.json': '1', 'a~2.txt': 'two', 'a~2.json': '2' })
    })

    test('version: one that comes again unchanged joins its new generation', async () => {
      await openWith('version')
      await service.deliver({ 'a.txt': 'one', 'a.json': '1' })
      await service.deliver({ 'a.txt': 'two' })
      await service.deliver({ 'a.json': '1' })
      expect(archived(service)).toEqual({ 'a.txt': 'one', 'a.json': '1', 'a~2.txt': 'two', 'a~2.json': '1' })
    })

    test('version: nothing is taken over while a member still settles', async () => {
      await openWith('version')
      await service.deliver({ 'a.txt': 'one', 'a.json': '1' })
      await service.deliver({ 'a.txt': 'two' })
      await wait()
      service.tree.write('/in/a.json', 'half of')
      const pass = runOnce(await service.open(), 'host', new AbortController().signal)
      await service.clock.advance(second)
      service.tree.write('/in/a.json', 'more of')
      await service.clock.through(pass)
      expect(archived(service)).toEqual({ 'a.txt': 'one', 'a.json': '1' })
      await service.deliver({ 'a.json': 'all of 2' })
      expect(archived(service)).toEqual({ 'a.txt': 'one', 'a.json': '1', 'a~2.txt': 'two', 'a~2.json': 'all of 2' })
    })

    test('the same content under a new mtime changes nothing', async () => {
      await openWith('version')
      await service.deliver({ 'a.txt': 'one', 'a.json': '{}' })
      await service.deliver({ 'a.txt': 'one', 'a.json': '{}' })
      await wait()
      await service.once()
      expect(await ledger(service)).toEqual(['a.json#1 archived', 'a.txt#1 archived'])
      expect(archived(service)).toEqual({ 'a.txt': 'one', 'a.json': '{}' })
      expect(delivered(service)).toEqual(action === 'move' ? [] : ['a.json', 'a.txt'])
      expect(await eventsOf(service, 'a.txt')).toHaveLength(2)
    })

    test('replace: the changed member is exchanged, and the rows of before are superseded', async () => {
      await openWith('replace')
      await service.deliver({ 'a.txt': 'one', 'a.json': '{}' })
      await service.deliver({ 'a.txt': 'two' })
      await wait()
      await service.once()
      expect(archived(service)).toEqual({ 'a.txt': 'two', 'a.json': '{}' })
      expect((await ledger(service)).toSorted()).toEqual([
        'a.json#1 superseded', 'a.json#2 archived', 'a.txt#1 superseded', 'a.txt#2 archived',
      ])
    })

    test('replace: both at once, and once more', async () => {
      await openWith('replace')
      for (const each of ['1', '2', '3']) await service.deliver({ 'a.txt': each, 'a.json': each })
      expect(archived(service)).toEqual({ 'a.txt': '3', 'a.json': '3' })
    })

    test('ignore: an event says so, once, and what is archived stays; the file stays where it is', async () => {
      await openWith('ignore')
      await service.deliver({ 'a.txt': 'one', 'a.json': '{}' })
      await service.deliver({ 'a.txt': 'two' })
      await wait()
      await service.once()
      expect(archived(service)).toEqual({ 'a.txt': 'one', 'a.json': '{}' })
      expect(await ledger(service)).toEqual(['a.json#1 archived', 'a.txt#1 archived'])
      expect((await eventsOf(service, 'a.txt')).filter((one) => one.includes('ignore'))).toHaveLength(1)
      expect(service.tree.read('/in/a.txt')).toBe('two')
    })

    test('ignore: what was archived once more is no redelivery', async () => {
      await openWith('ignore')
      await service.deliver({ 'a.txt': 'one', 'a.json': '{}' })
      await service.deliver({ 'a.txt': 'two' })
      await service.deliver({ 'a.txt': 'one' })
      expect(delivered(service)).toEqual(action === 'move' ? [] : ['a.json', 'a.txt'])
    })

    test('ignore: a new member that comes with it is archived all the same', async () => {
      await openWith('ignore')
      await service.deliver({ 'a.txt': 'one', 'a.json': '{}' })
      await service.deliver({ 'a.txt': 'two', 'a.extra': 'more' })
      expect(archived(service)).toEqual({ 'a.txt': 'one', 'a.json': '{}', 'a.extra': 'more' })
      expect(service.tree.read('/in/a.txt')).toBe('two')
    })

    test('fail: a new row that is failed at once, and what is archived stays', async () => {
      await openWith('fail')
      await service.deliver({ 'a.txt': 'one', 'a.json': '{}' })
      await service.deliver({ 'a.txt': 'two' })
      await wait()
      await service.once()
      expect(archived(service)).toEqual({ 'a.txt': 'one', 'a.json': '{}' })
      expect((await ledger(service)).filter((one) => one.includes('#2'))).toEqual([
        'a.txt#2 failed: delivered again with other content, and on_redelivery = "fail"',
      ])
    })

    test('fail: all members fail, also one after the other', async () => {
      await openWith('fail')
      await service.deliver({ 'a.txt': 'one', 'a.json': '1' })
      await service.deliver({ 'a.txt': 'two' })
      await service.deliver({ 'a.json': '2' })
      expect((await ledger(service)).filter((one) => one.includes('#2')).map((one) => one.slice(0, 20)).toSorted()).toEqual([
        'a.json#2 failed: del', 'a.txt#2 failed: deli',
      ])
      expect(archived(service)).toEqual({ 'a.txt': 'one', 'a.json': '1' })
    })
  })
}

describe('a set that is delivered again before it was archived', () => {
  const waitAndPass = async () => {
    await wait()
    await service.once()
  }

  test('is never a mixture of old and new', async () => {
    await open('version')
    service.destination.ail('not mounted?')
    await service.deliver({ 'a.txt': 'one', 'a.json': '1' })
    service.destination.ail(null)
    await service.deliver({ 'a.txt': 'two' })
    expect(archived(service)).toEqual({})
    expect(await ledger(service)).toContain('a.txt#1 waiting: delivered again; .json may follow')
    await service.clock.advance(10 * second)
    await service.once()
    expect(archived(service)).toEqual({})
    await service.deliver({ 'a.json': '2' })
    await waitAndPass()
    expect(archived(service)).toEqual({ 'a.txt': 'two', 'a.json': '2' })
  })

  test('takes what was not delivered again with it, once all of it has been quiet', async () => {
    await open('version')
    service.destination.ail('not mounted?')
    await service.deliver({ 'a.txt': 'one', 'a.json': '1' })
    service.destination.ail(null)
    await service.deliver({ 'a.txt': 'two' })
    await waitAndPass()
    expect(archived(service)).toEqual({ 'a.txt': 'two', 'a.json': '1' })
  })

  test('needs no waiting where all of it changed at once, or where it is a file by itself', async () => {
    await open('version')
    service.destination.ail('not mounted?')
    await service.deliver({ 'a.txt': 'one', 'a.json': '1' })
    service.destination.ail(null)
    await service.deliver({ 'a.txt': 'two', 'a.json': '2' })
    expect(archived(service)).toEqual({ 'a.txt': 'two', 'a.json': '2' })
  })

  test('is not taken by a rule that only the mixture fulfils', async () => {
    await open('version', { rules: { selection: [{ name: null, hasKeys: ['nothing'], lacksKeys: [], fields: [], function: null, kwargs: {} }] } })
    await service.deliver({ 'a.txt': 'one', 'a.json': '1' })
    expect(await ledger(service)).toContain('a.txt#1 not_selected: none of 1 selection rules took it')
    await service.deliver({ 'a.txt': 'two' })
    expect(await ledger(service)).toContain('a.txt#1 waiting: delivered again; .json may follow')
  })
})
