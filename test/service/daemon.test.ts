import { afterEach, describe, expect, test } from 'bun:test'
import { Fault } from '../../src/domain/fault.ts'
import { hour, minute, second } from '../../src/domain/time.ts'
import { instances } from '../../src/store/service-state.ts'
import { pairs } from '../fakes/builders.ts'
import { fakeDaemon, type FakeDaemon } from '../fakes/daemon.ts'
import { archived, broken, delivered, ledger } from '../fakes/service.ts'

let daemon: FakeDaemon
afterEach(async () => {
  await daemon.stop()
  expect(await broken(daemon)).toEqual([])
  await daemon.close()
})
const open = async (options: Parameters<typeof fakeDaemon>[0] = {}) => {
  daemon = await fakeDaemon(options)
  await daemon.clock.advance(second)
}

describe('a file that a hint told of', () => {
  test('is archived as soon as it has settled', async () => {
    await open()
    daemon.produce('a.txt', 'one')
    await daemon.clock.advance(1.9 * second)
    expect(archived(daemon)).toEqual({})
    await daemon.clock.advance(0.2 * second)
    expect(archived(daemon)).toEqual({ 'a.txt': 'one' })
  })

  test('that grows begins its quiet time anew', async () => {
    await open()
    daemon.produce('a.txt', 'one')
    await daemon.clock.advance(1.5 * second)
    daemon.produce('a.txt', 'one and more')
    await daemon.clock.advance(1.5 * second)
    expect(archived(daemon)).toEqual({})
    await daemon.clock.advance(second)
    expect(archived(daemon)).toEqual({ 'a.txt': 'one and more' })
  })

  test('and that is gone again leaves nothing behind', async () => {
    await open()
    daemon.produce('a.txt', 'one')
    await daemon.clock.advance(second)
    daemon.tree.delete('/in/a.txt')
    await daemon.clock.advance(minute)
    expect([archived(daemon), await ledger(daemon), daemon.live.settling.size]).toEqual([{}, [], 0])
  })

  test('of a pattern that nobody takes is not looked at', async () => {
    await open({ watch: { patterns: ['*.txt'] } })
    daemon.produce('a.jpg', 'one')
    await daemon.clock.advance(minute)
    expect(await ledger(daemon)).toEqual([])
  })

  test('is one of many in a burst, and all of them are archived', async () => {
    await open()
    for (let index = 0; index < 1200; index += 1) daemon.produce(`f${index}.txt`, 'x')
    await daemon.clock.advance(5 * second)
    expect(Object.keys(archived(daemon))).toHaveLength(1200)
  })

  test('has its group wait for members that still settle', async () => {
    await open({ rules: { completeness: pairs() } })
    daemon.produce('a.txt', 'one')
    await daemon.clock.advance(1.5 * second)
    daemon.produce('a.json', '{')
    await daemon.clock.advance(second)
    expect(await ledger(daemon)).toEqual(['a.txt#1 waiting: a.json is still settling'])
    await daemon.clock.advance(second)
    expect(archived(daemon)).toEqual({ 'a.txt': 'one', 'a.json': '{' })
  })
})

describe('a file that no hint told of', () => {
  test('is found by the scan at the start', async () => {
    daemon = await fakeDaemon()
    daemon.tree.write('/in/a.txt', 'one')
    await daemon.clock.advance(11 * minute)
    expect(archived(daemon)).toEqual({ 'a.txt': 'one' })
  })

  test('is found by the next scan, ten minutes later at the most', async () => {
    await open()
    daemon.tree.write('/in/a.txt', 'one')
    await daemon.clock.advance(9 * minute)
    expect(archived(daemon)).toEqual({})
    await daemon.clock.advance(1.1 * minute)
    expect(archived(daemon)).toEqual({ 'a.txt': 'one' })
  })

  test('is found at once where the hint is that events were lost', async () => {
    await open()
    daemon.tree.write('/in/a.txt', 'one')
    daemon.hint({ is: 'root', root: 'w', reason: 'the event queue overflowed', lost: false })
    await daemon.clock.advance(3 * second)
    expect(archived(daemon)).toEqual({ 'a.txt': 'one' })
    expect(daemon.log.join()).toContain('scanned, since the event queue overflowed')
  })

  test('is found by the scan of a root that is scanned again and again, which the log does not say each time', async () => {
    await open()
    daemon.tree.write('/in/a.txt', 'one')
    daemon.hint({ is: 'root', root: 'w', reason: 'it is gone; scanned every 10 s', lost: true, routine: true })
    await daemon.clock.advance(3 * second)
    expect(archived(daemon)).toEqual({ 'a.txt': 'one' })
    expect(daemon.log.join()).not.toContain('it is gone')
  })

  test('is found each ten seconds where the root cannot be watched', async () => {
    await open({ unwatchable: true })
    await daemon.clock.advance(30 * second)
    daemon.tree.write('/in/a.txt', 'one')
    await daemon.clock.advance(14 * second)
    expect(archived(daemon)).toEqual({ 'a.txt': 'one' })
  })

  test.each([[true, 0], [false, 1]])('counts as missed by a scan, unless its hint waits: %p', async (isHinted, missed) => {
    let isScanning = false
    await open({ alter: (parts) => ({ ...parts, files: { ...parts.files, listSome: (directories) => {
      if (isScanning && isHinted) daemon.hint({ is: 'path', root: 'w', path: '/in/a.txt' })
      return parts.files.listSome(directories)
    } } }) })
    daemon.tree.write('/in/a.txt', 'one')
    await daemon.clock.advance(9 * minute)
    isScanning = true
    await daemon.clock.advance(3 * minute)
    const rows = await daemon.parts.sql.all("select json_extract(detail, '$.missed_hints') as missed from watch_state")
    expect([archived(daemon), rows]).toEqual([{ 'a.txt': 'one' }, [{ missed }]])
  })

  test('of our own is nobody\'s delivery, whatever the patterns take', async () => {
    await open({ watch: { ignorePatterns: [] } })
    daemon.produce('.carbonation-canary', '')
    daemon.produce('.other', 'one')
    await daemon.clock.advance(11 * minute)
    expect(await ledger(daemon)).toEqual(['.other#1 archived'])
  })

  test('and could not be looked at when a hint told of it, is looked for again and again', async () => {
    let isShut = true
    await open({ alter: (parts) => ({ ...parts, files: { ...parts.files, look: async (paths, follow) =>
      isShut ? paths.map(() => new Fault('permission denied')) : await parts.files.look(paths, follow) } }) })
    daemon.produce('a.txt', 'one')
    await daemon.clock.advance(15 * second)
    expect(archived(daemon)).toEqual({})
    isShut = false
    await daemon.clock.advance(23 * second)
    expect(archived(daemon)).toEqual({ 'a.txt': 'one' })
  })

  test('lies in a directory that a hint named', async () => {
    await open({ watch: { recursive: true } })
    daemon.tree.write('/in/d/a.txt', 'one')
    daemon.hint({ is: 'directory', root: 'w', path: '/in/d' })
    await daemon.clock.advance(3 * second)
    expect(archived(daemon)).toEqual({ 'a.txt': 'one' })
  })
})

describe('what is due', () => {
  test('is picked up within the poll interval: a retry', async () => {
    let isBroken = true
    await open({
      rules: { metadataModule: 'file_model' }, service: { retryDelayMs: 10 * minute, pollIntervalMs: 5 * second },
      plugins: { extract: () => {
        if (isBroken) throw new Error('no header')
        return {}
      } },
    })
    daemon.produce('a.txt', 'one')
    await daemon.clock.advance(minute)
    expect(await ledger(daemon)).toEqual(['a.txt#1 retry_pending: file_model.ts:1: no header'])
    isBroken = false
    await daemon.clock.advance(9 * minute)
    expect(archived(daemon)).toEqual({})
    await daemon.clock.advance(10 * second)
    expect(archived(daemon)).toEqual({ 'a.txt': 'one' })
  })

  test('is picked up within the poll interval: a time-out', async () => {
    await open({ rules: { completeness: pairs({ timeoutMs: hour, onTimeout: 'archive_partial' }) } })
    daemon.produce('a.txt', 'one')
    await daemon.clock.advance(59 * minute)
    expect(archived(daemon)).toEqual({})
    await daemon.clock.advance(1.2 * minute)
    expect(archived(daemon)).toEqual({ 'a.txt': 'one' })
  })

  test('is picked up within the poll interval: a take-over', async () => {
    await open({ archive: { action: 'move' }, rules: { completeness: pairs() } })
    daemon.produce('a.txt', 'one')
    daemon.produce('a.json', '{}')
    await daemon.clock.advance(5 * second)
    daemon.produce('a.txt', 'two')
    await daemon.clock.advance(30 * second)
    expect(archived(daemon)).toEqual({ 'a.txt': 'one', 'a.json': '{}', 'a~2.txt': 'two', 'a~2.json': '{}' })
    expect(delivered(daemon)).toEqual([])
  })
})

describe('an archive in trouble', () => {
  test('holds its groups without using up retries, is tried each minute, and gives them free', async () => {
    await open({ service: { maxRetries: 1 } })
    daemon.destination.ail('not mounted?')
    daemon.produce('a.txt', 'one')
    await daemon.clock.advance(30 * minute)
    expect((await ledger(daemon))[0]).toContain('retry_pending')
    expect(await daemon.parts.sql.all('select retry_count from file_components')).toEqual([{ retry_count: 0 }])
    daemon.destination.ail(null)
    await daemon.clock.advance(70 * second)
    expect(archived(daemon)).toEqual({ 'a.txt': 'one' })
    expect(daemon.log.filter((one) => one.includes('archive main')).map((one) => one.split(' ')[0])).toEqual(['ERROR', 'WARNING'])
  })
})

describe('a run that died while the service was at work', () => {
  test('is ended within a minute or so: what it meant to archive is tried again, an attempt counted', async () => {
    await open()
    daemon.destination.ail('not mounted?')
    daemon.produce('a.txt', 'one')
    await daemon.clock.advance(minute)
    const [sight] = await daemon.tree.look(['/in/a.txt'])
    if (sight == null || sight instanceof Fault) throw new Error('a.txt is not there')
    daemon.destination.die([{
      root: daemon.destination.root, watchName: 'w', groupKey: 'a.txt', generation: 1, key: 'a.txt', sha256: 'x',
      source: '/in/a.txt', identity: sight.identity,
    }])
    await daemon.clock.advance(5 * minute)
    expect(daemon.log.filter((one) => one.includes('ended while it archived'))).toEqual([])
    daemon.destination.ail(null)
    await daemon.clock.advance(3 * minute)
    expect(archived(daemon)).toEqual({ 'a.txt': 'one' })
    expect(daemon.log.filter((one) => one.includes('ended while it archived'))).toHaveLength(1)
    expect(await daemon.destination.recover()).toEqual([])
  })
})

describe('rules that change', () => {
  test('bring back what the old ones refused', async () => {
    await open({ rules: { integrity: [{ type: 'min_size', bytes: 100 }] } })
    daemon.produce('a.txt', 'one')
    await daemon.clock.advance(10 * second)
    expect(archived(daemon)).toEqual({})
    daemon.swap({ integrity: [], digest: 'rules-2' })
    await daemon.clock.advance(10 * second)
    expect(archived(daemon)).toEqual({ 'a.txt': 'one' })
  })

  test('bring back also what was in hand under the old ones when they changed', async () => {
    const gate = Promise.withResolvers<void>()
    await open({
      rules: { integrity: [{ type: 'plugin', function: 'check' }] },
      plugins: { functions: { check: async () => {
        await gate.promise
        return 'refused by the old rules'
      } } },
    })
    daemon.produce('a.txt', 'one')
    await daemon.clock.advance(10 * second)
    daemon.swap({ integrity: [], digest: 'rules-2' })
    await daemon.clock.advance(30 * second)
    gate.resolve()
    await daemon.clock.advance(30 * second)
    expect(archived(daemon)).toEqual({ 'a.txt': 'one' })
  })
})

describe('trouble', () => {
  test('of the database ends a batch and not the service, and what was in hand is found again', async () => {
    let isLocked = true
    await open({ alter: (parts) => ({
      ...parts, record: async (groups, now) => {
        if (isLocked) throw new Fault('the database is locked')
        return parts.record(groups, now)
      },
    }) })
    daemon.produce('a.txt', 'one')
    await daemon.clock.advance(minute)
    expect(await ledger(daemon)).toEqual([])
    isLocked = false
    await daemon.clock.advance(minute)
    expect(await ledger(daemon)).toEqual(['a.txt#1 archived'])
    expect([archived(daemon), daemon.told.includes('the database is locked')]).toEqual([{ 'a.txt': 'one' }, true])
  })

  test('of the database at the very start ends no service', async () => {
    let tries = 0
    await open({ alter: (parts) => ({
      ...parts, heartbeat: { ...parts.heartbeat, begin: async () => {
        tries += 1
        if (tries < 3) throw new Fault('the database was lost')
        await parts.heartbeat.begin()
      } },
    }) })
    daemon.produce('a.txt', 'one')
    await daemon.clock.advance(minute)
    expect([tries, archived(daemon)]).toEqual([3, { 'a.txt': 'one' }])
    expect(daemon.log.filter((one) => one.includes('the database'))).toEqual([
      'ERROR the database was lost', 'WARNING the database can be used again; the work goes on',
    ])
  })

  test('of the database stops all archiving until it has taken a sign of life', async () => {
    let [isFull, puts] = [true, 0]
    const full = () => new Fault('the database has no room')
    await open({ alter: (parts) => ({
      ...parts,
      archives: { ...parts.archives, put: (...asked) => {
        puts += 1
        return parts.archives.put(...asked)
      } },
      record: (...asked) => (isFull ? Promise.reject(full()) : parts.record(...asked)),
      heartbeat: { ...parts.heartbeat, prove: () => (isFull ? Promise.reject(full()) : parts.heartbeat.prove()) },
    }) })
    daemon.produce('a.txt', 'one')
    await daemon.clock.advance(30 * minute)
    expect(puts).toBe(1)
    isFull = false
    await daemon.clock.advance(minute)
    expect(archived(daemon)).toEqual({ 'a.txt': 'one' })
    expect(await ledger(daemon)).toEqual(['a.txt#1 archived'])
  })

  test('of a delivery directory stops only that watch, is told once, and ends by itself', async () => {
    await open()
    daemon.tree.delete('/in')
    daemon.hint({ is: 'root', root: 'w', reason: 'it is gone', lost: true })
    await daemon.clock.advance(30 * minute)
    expect(daemon.log.filter((one) => one.startsWith('WARNING watch w:'))).toHaveLength(1)
    daemon.tree.write('/in/a.txt', 'one')
    await daemon.clock.advance(11 * minute)
    expect(archived(daemon)).toEqual({ 'a.txt': 'one' })
  })

  test('of a file that nobody can look at does not make it spin', async () => {
    await open({ alter: (parts) => ({
      ...parts, files: { ...parts.files, look: async (paths, follow) => {
        const sights = await parts.files.look(paths, follow)
        return sights.map((sight, index) => (isDark && paths[index]?.endsWith('dark.txt') ? new Fault('cannot look') : sight))
      } },
    }) })
    let isDark = false
    daemon.produce('dark.txt', 'one')
    await daemon.clock.advance(second)
    isDark = true
    const before = daemon.rounds
    await daemon.clock.advance(minute)
    expect(daemon.rounds - before).toBeLessThan(300)
    isDark = false
    await daemon.clock.advance(minute)
    expect(archived(daemon)).toEqual({ 'dark.txt': 'one' })
  })
})

test('a slow group holds up no other, and the loop does not spin while it goes on', async () => {
  const gate = Promise.withResolvers<void>()
  await open({
    rules: { metadataModule: 'file_model' },
    plugins: { extract: async ([path]) => {
      if (path?.includes('slow')) await gate.promise
      return {}
    } },
  })
  daemon.produce('slow.txt', 'one')
  daemon.produce('fast.txt', 'two')
  await daemon.clock.advance(10 * second)
  expect(archived(daemon)).toEqual({ 'fast.txt': 'two' })
  daemon.produce('slow.txt', 'one and more')
  await daemon.clock.advance(10 * second)
  const before = daemon.rounds
  await daemon.clock.advance(minute)
  expect(daemon.rounds - before).toBeLessThan(300)
  gate.resolve()
  await daemon.clock.advance(10 * second)
  expect(Object.values(archived(daemon))).toContain('one and more')
})

test('a slow group that fails after the batch that it left is found again, and does not end the service', async () => {
  const gate = Promise.withResolvers<void>()
  let isLost = true
  await open({
    rules: { metadataModule: 'file_model' },
    plugins: { extract: async ([path]) => {
      if (path?.includes('slow')) await gate.promise
      return {}
    } },
    alter: (parts) => ({ ...parts, record: async (...batch) => {
      if (isLost) throw new Fault('the database is gone')
      return parts.record(...batch)
    } }),
  })
  for (const name of ['slow.txt', 'fast.txt']) daemon.produce(name, 'one')
  await daemon.clock.advance(5 * second)
  gate.resolve()
  await daemon.clock.advance(5 * second)
  expect(await ledger(daemon)).toEqual([])
  isLost = false
  await daemon.clock.advance(minute)
  expect(await ledger(daemon)).toEqual(['fast.txt#1 archived', 'slow.txt#1 archived'])
})

test('a person\'s decision that comes while a group is in hand is not lost', async () => {
  const gate = Promise.withResolvers<void>()
  await open({
    rules: { completeness: pairs({ timeoutMs: 24 * hour }), integrity: [{ type: 'plugin', function: 'check' }] },
    plugins: { functions: { check: async () => {
      await gate.promise
      return null
    } } },
  })
  daemon.produce('a.txt', 'one')
  await daemon.clock.advance(5 * second)
  gate.resolve()
  await daemon.clock.advance(5 * second)
  await daemon.parts.sql.run('update files set release_requested = 1, due_at = ?', ['2026-01-01 00:00:00.000'])
  await daemon.clock.advance(10 * second)
  expect(archived(daemon)).toEqual({ 'a.txt': 'one' })
})

test('an idle service rests: it goes round twice a second and no more', async () => {
  await open()
  const before = daemon.rounds
  await daemon.clock.advance(minute)
  expect(daemon.rounds - before).toBeLessThanOrEqual(125)
})

test('it tells the database that it lives, and takes its row away when it ends', async () => {
  await open({ service: { heartbeatIntervalMs: minute } })
  await daemon.clock.advance(10 * minute)
  const [instance] = await instances(daemon.parts.sql)
  expect(daemon.clock.now() - (instance?.lastHeartbeat ?? 0)).toBeLessThanOrEqual(minute)
  await daemon.stop()
  expect(daemon.told).toEqual(['ready', 'stopping'])
})
