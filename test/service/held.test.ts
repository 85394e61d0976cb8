import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { archived, broken, fakeService, ledger, type FakeService } from '../fakes/service.ts'
import { minute, second } from '../../src/domain/time.ts'

let service: FakeService
beforeEach(async () => {
  service = await fakeService({ service: { maxRetries: 1, retryDelayMs: minute } })
})
afterEach(async () => {
  expect(await broken(service)).toEqual([])
  await service.close()
})
const pass = async () => {
  await service.clock.advance(5 * minute)
  await service.once()
}
const retries = () => service.parts.sql.all('select max(retry_count) as most from file_components')
const state = async () => (await service.parts.sql.all('select trouble, trouble_since from archive_state'))[0]
const told = () => service.log.filter((one) => one.includes('archive main'))

describe('an archive that is not there', () => {
  test('holds its groups, pass after pass, without using up retries, and says so once', async () => {
    service.destination.ail('not mounted?')
    await service.deliver({ 'a.txt': 'one', 'b.txt': 'two' })
    for (let turn = 0; turn < 5; turn += 1) await pass()
    expect((await ledger(service)).map((one) => one.slice(0, 23))).toEqual(['a.txt#1 retry_pending: ', 'b.txt#1 retry_pending: '])
    expect(await retries()).toEqual([{ most: 0 }])
    expect(told()).toHaveLength(1)
  })

  test('gives them free when it is there again, and says so once', async () => {
    service.destination.ail('not mounted?')
    await service.deliver({ 'a.txt': 'one' })
    await pass()
    service.destination.ail(null)
    await pass()
    await pass()
    expect(archived(service)).toEqual({ 'a.txt': 'one' })
    expect(told().map((one) => one.split(' ')[0])).toEqual(['ERROR', 'WARNING'])
    expect(await state()).toMatchObject({ trouble: null, trouble_since: null })
  })

  test('is not asked again and again within a pass', async () => {
    let checks = 0
    const { check } = service.destination
    Object.assign(service.destination, { check: (id: string | null) => {
      checks += 1
      return check(id)
    } })
    service.destination.ail('gone')
    await service.deliver(Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`f${index}.txt`, 'x'])))
    expect(checks).toBe(1)
  })
})

describe('a full archive', () => {
  test('takes what still fits, holds what does not, and is not well because something small fits', async () => {
    service.destination.room = 10
    await service.deliver({ 'large.txt': 'x'.repeat(100), 'small.txt': 'x' })
    for (const name of ['a', 'b', 'c']) await service.deliver({ [`${name}.txt`]: 'x' })
    expect(Object.keys(archived(service)).toSorted()).toEqual(['a.txt', 'b.txt', 'c.txt', 'small.txt'])
    await pass()
    expect(told()).toHaveLength(1)
    expect(await retries()).toEqual([{ most: 0 }])
    expect((await state())?.['trouble']).toContain('full')
  })

  test('is in trouble since it began, not since the last try', async () => {
    service.destination.room = 10
    await service.deliver({ 'large.txt': 'x'.repeat(100) })
    const since = (await state())?.['trouble_since']
    await pass()
    await pass()
    expect((await state())?.['trouble_since']).toBe(since as string)
  })

  test('takes the rest once there is room', async () => {
    service.destination.room = 10
    await service.deliver({ 'large.txt': 'x'.repeat(100) })
    service.destination.room = 1000
    await pass()
    expect(archived(service)).toEqual({ 'large.txt': 'x'.repeat(100) })
    expect(told().map((one) => one.split(' ')[0])).toEqual(['ERROR', 'WARNING'])
  })

  test('is well again when what it held was taken out of the delivery', async () => {
    service.destination.room = 10
    await service.deliver({ 'large.txt': 'x'.repeat(100) })
    service.tree.delete('/in/large.txt')
    await pass()
    await pass()
    expect(await state()).toMatchObject({ trouble: null })
  })
})

test('another disk in its place gets nothing', async () => {
  await service.deliver({ 'a.txt': 'one' })
  service.destination.exchange()
  await service.deliver({ 'b.txt': 'two' })
  expect(archived(service)).toEqual({ 'a.txt': 'one' })
  expect((await ledger(service))[1]).toContain('b.txt#1 retry_pending')
  await service.clock.advance(30 * second)
})

test('a small put into an archive that holds something does not make it well', async () => {
  service.destination.room = 10
  await service.deliver({ 'large.txt': 'x'.repeat(100) })
  service.tree.write('/in/small.txt', 'x')
  const { archives } = await service.open()
  const [sight] = await service.tree.look(['/in/small.txt'])
  if (sight === undefined || sight === null || sight instanceof Error) throw new Error('no file')
  const member = { source: '/in/small.txt', identity: sight.identity, stem: 'small', extension: '.txt', primary: true, fromArchive: false }
  const group = { directory: 'alpha', number: 1, members: [member], replaces: [], watchName: 'w', groupKey: 'small', generation: 1 }
  const answer = await archives.put('main', [group])
  await service.destination.commit(answer.receipt)
  expect([answer.groups[0]?.is, told().length]).toEqual(['stored', 1])
  expect((await state())?.['trouble']).toContain('full')
})
