import { afterEach, describe, expect, test } from 'bun:test'
import { Fault } from '../../src/domain/fault.ts'
import { hour, minute, second } from '../../src/domain/time.ts'
import { runOnce } from '../../src/service/run-once.ts'
import { pairs } from '../fakes/builders.ts'
import { archived, broken, delivered, eventsOf, fakeService, ledger, type FakeService, type FakeServiceOptions } from '../fakes/service.ts'

let service: FakeService
afterEach(async () => {
  expect(await broken(service)).toEqual([])
  expect(service.destination.open).toBe(0)
  await service.close()
})
const open = async (options: FakeServiceOptions = {}) => {
  service = await fakeService(options)
}
const never = new AbortController().signal

describe('a group whose plugin throws', () => {
  const mistake = { message: 'no header' as string | null }
  const openBroken = async () => {
    mistake.message = 'no header'
    await open({
      rules: { metadataModule: 'file_model' }, service: { maxRetries: 2, retryDelayMs: 10 * minute },
      plugins: { extract: () => {
        if (mistake.message !== null) throw new Error(mistake.message)
        return {}
      } },
    })
    await service.deliver({ 'a.txt': 'one' })
  }

  test('is tried again at its time, not before, and keeps the message', async () => {
    await openBroken()
    expect(await ledger(service)).toEqual(['a.txt#1 retry_pending: file_model.ts:1: no header'])
    mistake.message = null
    await service.clock.advance(9 * minute)
    await service.once()
    expect(archived(service)).toEqual({})
    await service.clock.advance(minute)
    await service.once()
    expect(archived(service)).toEqual({ 'a.txt': 'one' })
    expect(await service.parts.sql.all('select error_message, next_retry_at from file_components')).toEqual([
      { error_message: null, next_retry_at: null },
    ])
  })

  test('has failed after its retries, and each attempt is an event', async () => {
    await openBroken()
    for (const wait of [10, 20, 40, 80]) {
      await service.clock.advance(wait * minute)
      await service.once()
    }
    expect(await ledger(service)).toEqual(['a.txt#1 failed: file_model.ts:1: no header'])
    expect((await eventsOf(service, 'a.txt')).map((one) => one.split(' (')[0])).toEqual([
      'new → detected', 'detected → retry_pending', 'retry_pending → retry_pending', 'retry_pending → failed',
    ])
  })

  test('is no trouble for its neighbours', async () => {
    await open({
      rules: { metadataModule: 'file_model' },
      plugins: { extract: ([path]) => {
        if (path?.includes('bad')) throw new Error('no header')
        return {}
      } },
    })
    await service.deliver({ 'a.txt': 'one', 'bad.txt': 'two', 'c.txt': 'three' })
    expect(archived(service)).toEqual({ 'a.txt': 'one', 'c.txt': 'three' })
  })
})

describe('a database that refuses a batch', () => {
  test('leaves nothing in the archive, and the files where they are', async () => {
    await open({ archive: { action: 'move' } })
    const parts = await service.open()
    service.tree.write('/in/a.txt', 'one')
    await service.clock.advance(10 * second)
    const refusing = { ...parts, record: () => Promise.reject(new Error('not this time')) }
    await expect(service.clock.through(runOnce(refusing, 'host', never))).rejects.toThrow('not this time')
    expect([archived(service), delivered(service), await ledger(service)]).toEqual([{}, ['a.txt'], []])
    await service.once()
    expect([archived(service), delivered(service)]).toEqual([{ 'a.txt': 'one' }, []])
  })
})

describe('a file that changes while it is decided about', () => {
  test('settles again, and what came with it is not forgotten', async () => {
    let once = true
    await open({
      rules: { completeness: pairs(), metadataModule: 'file_model' },
      plugins: { extract: () => {
        if (once) service.tree.write('/in/a.txt', 'one and more')
        once = false
        return {}
      } },
    })
    await service.deliver({ 'a.txt': 'one', 'a.json': '{}' })
    expect(archived(service)).toEqual({ 'a.txt': 'one and more', 'a.json': '{}' })
  })

  test('and is gone is forgotten; what came with it is in the ledger', async () => {
    await open({
      rules: { completeness: pairs(), metadataModule: 'file_model' },
      plugins: { extract: () => {
        service.tree.delete('/in/a.txt')
        return {}
      } },
    })
    await service.deliver({ 'a.txt': 'one', 'a.json': '{}' })
    expect(await ledger(service)).toEqual(['a.json#1 waiting: waiting for .txt'])
  })
})

describe('a group whose time has come', () => {
  test('does not take a file that is being written for one that has settled', async () => {
    await open({ rules: { completeness: pairs({ timeoutMs: hour, onTimeout: 'archive_partial' }) } })
    await service.deliver({ 'a.txt': 'one' })
    await service.clock.advance(hour)
    service.tree.write('/in/a.txt', 'half of')
    const parts = await service.open()
    const pass = runOnce(parts, 'host', never)
    await service.clock.advance(second)
    service.tree.write('/in/a.txt', 'all of it')
    await service.clock.through(pass)
    expect(archived(service)).toEqual({})
    await service.clock.advance(minute)
    await service.once()
    expect(archived(service)).toEqual({ 'a.txt': 'all of it' })
  })
})

test('another start of the machine gives other device numbers, and nothing is stuck for it', async () => {
  await open({ rules: { completeness: pairs() } })
  await service.deliver({ 'a.txt': 'one' })
  service.tree.restart()
  await service.deliver({ 'a.json': '{}' })
  expect(archived(service)).toEqual({ 'a.txt': 'one', 'a.json': '{}' })
})

describe('the source of a move', () => {
  test('is removed only after the ledger has it', async () => {
    await open({ archive: { action: 'move' } })
    await service.deliver({ 'a.txt': 'one' })
    expect([delivered(service), archived(service)]).toEqual([[], { 'a.txt': 'one' }])
    expect(await service.parts.sql.all('select status, in_delivery from file_components')).toEqual([{ status: 'archived', in_delivery: 0 }])
  })

  test('that cannot be removed stays archived and in delivery with a message, and later passes try again', async () => {
    await open({ archive: { action: 'move' } })
    service.tree.pin('/in/a.txt', true)
    await service.deliver({ 'a.txt': 'one' })
    expect(await ledger(service)).toEqual(['a.txt#1 archived: cannot remove the source /in/a.txt: permission denied'])
    service.tree.pin('/in/a.txt', false)
    await service.clock.advance(5 * minute)
    await service.once()
    expect([delivered(service), await ledger(service)]).toEqual([[], ['a.txt#1 archived']])
  })
})

describe('a take-over', () => {
  test('that meets trouble is tried again, though the sources are gone', async () => {
    await open({ archive: { action: 'move' }, rules: { completeness: pairs() } })
    await service.deliver({ 'a.txt': 'one', 'a.json': '{}' })
    await service.deliver({ 'a.txt': 'two' })
    await service.clock.advance(minute)
    service.destination.ail('gone')
    await service.once()
    expect(archived(service)).toEqual({ 'a.txt': 'one', 'a.json': '{}' })
    service.destination.ail(null)
    await service.clock.advance(minute)
    await service.once()
    expect(archived(service)).toEqual({ 'a.txt': 'one', 'a.json': '{}', 'a~2.txt': 'two', 'a~2.json': '{}' })
  })

  test('reads what it takes over for its metadata', async () => {
    const given: (readonly string[])[] = []
    await open({
      archive: { action: 'move' }, rules: { completeness: pairs(), metadataModule: 'file_model' },
      plugins: { extract: (paths) => {
        given.push(paths.map((path) => service.tree.read(path) ?? 'nothing'))
        return {}
      } },
    })
    await service.deliver({ 'a.txt': 'one', 'a.json': '{}' })
    await service.deliver({ 'a.txt': 'two' })
    await service.clock.advance(minute)
    await service.once()
    expect(given.at(-1)?.toSorted()).toEqual(['two', '{}'])
  })

  test('of a file that was removed from the delivery takes the archived bytes', async () => {
    await open({ rules: { completeness: pairs() } })
    await service.deliver({ 'a.txt': 'one', 'a.json': '{}' })
    service.tree.delete('/in/a.json')
    await service.deliver({ 'a.txt': 'two' })
    await service.clock.advance(minute)
    await service.once()
    expect(archived(service)).toMatchObject({ 'a~2.txt': 'two', 'a~2.json': '{}' })
  })
})

describe('a checksum', () => {
  const checked: FakeServiceOptions = { rules: { integrity: [{ type: 'checksum', algorithm: 'sha256' }] } }

  test('is waited for, however often the group is looked at', async () => {
    await open(checked)
    await service.deliver({ 'a.txt': 'one' })
    await service.parts.sql.run("update files set due_at = '2026-01-01 00:00:00.000'")
    await service.once()
    expect(await ledger(service)).toEqual(['a.txt#1 waiting: its checksum a.txt.sha256 is not there yet'])
    expect(archived(service)).toEqual({})
  })

  test('of the other kind that is wrong fails its file; a mended one brings it back, too', async () => {
    await open({ rules: { integrity: [{ type: 'checksum', algorithm: 'md5' }], completeness: null } })
    const right = new Bun.CryptoHasher('md5').update('one').digest('hex')
    await service.deliver({ 'a.txt': 'one', 'a.txt.md5': `${'0'.repeat(32)}  a.txt\n` })
    expect((await ledger(service))[0]).toContain('a.txt#1 integrity_failed: its MD5 is')
    await service.deliver({ 'a.txt.md5': `${right}  a.txt\n` })
    expect(archived(service)).toEqual({ 'a.txt': 'one', 'a.txt.md5': `${right}  a.txt\n` })
  })

  test('that is wrong fails its file; a mended one brings it back', async () => {
    await open(checked)
    const right = new Bun.CryptoHasher('sha256').update('one').digest('hex')
    await service.deliver({ 'a.txt': 'one', 'a.txt.sha256': `${'0'.repeat(64)}  a.txt\n` })
    expect((await ledger(service))[0]).toContain('a.txt#1 integrity_failed: its SHA-256 is')
    await service.deliver({ 'a.txt.sha256': `${right}  a.txt\n` })
    expect(archived(service)['a.txt']).toBe('one')
  })
})

test('a fault of the disk on an archived file is told on it and tried again', async () => {
  await open({ service: { retryDelayMs: minute } })
  await service.deliver({ 'a.txt': 'one' })
  service.tree.spoil('/in/a.txt', 'broken')
  await service.deliver({ 'a.txt': 'two' })
  expect((await eventsOf(service, 'a.txt')).at(-1)).toBe('archived → archived (record: cannot read /in/a.txt: the disk reports an error)')
  service.tree.spoil('/in/a.txt', null)
  await service.clock.advance(minute)
  await service.once()
  expect(archived(service)).toEqual({ 'a.txt': 'one', 'a~2.txt': 'two' })
})

test('a fault is told once for those who look at the tally', async () => {
  await open({ rules: { metadataModule: 'file_model' }, plugins: { extract: () => Promise.reject(new Fault('no header')) } })
  service.tree.write('/in/a.txt', 'one')
  await service.clock.advance(10 * second)
  const [first, later] = [await service.open(), await service.open()]
  await service.clock.through(runOnce(first, 'host', never))
  await service.clock.advance(hour)
  await service.clock.through(runOnce(later, 'host', never))
  expect([[...first.tally.trouble], [...later.tally.trouble]]).toEqual([[['retry_pending', 1]], []])
})
