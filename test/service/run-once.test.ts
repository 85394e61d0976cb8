import { afterEach, describe, expect, test } from 'bun:test'
import { hour, minute, second } from '../../src/domain/time.ts'
import { runOnce } from '../../src/service/run-once.ts'
import { watchReports } from '../../src/store/watch-state.ts'
import { pairs } from '../fakes/builders.ts'
import { archived, fakeService, ledger, type FakeService, type FakeServiceOptions } from '../fakes/service.ts'

let service: FakeService
afterEach(() => service.close())
const open = async (options: FakeServiceOptions = {}) => {
  service = await fakeService(options)
}

describe('one pass', () => {
  test('archives what has settled, and is not waited for', async () => {
    await open()
    service.tree.write('/in/a.txt', 'one')
    await service.clock.advance(minute)
    const before = service.clock.now()
    await service.once()
    expect([archived(service), service.clock.now() - before]).toEqual([{ 'a.txt': 'one' }, 0])
  })

  test('looks again at a file that is too young, after its settle time and no longer', async () => {
    await open()
    service.tree.write('/in/a.txt', 'one')
    const before = service.clock.now()
    const end = await service.once()
    expect([archived(service), end.settling]).toEqual([{ 'a.txt': 'one' }, 0])
    expect(service.clock.now() - before).toBeLessThan(3 * second)
  })

  test('leaves a file that still changes for the next one, and counts it', async () => {
    await open()
    service.tree.write('/in/a.txt', 'half of')
    const pass = runOnce(await service.open(), 'host', new AbortController().signal)
    await service.clock.advance(second)
    service.tree.write('/in/a.txt', 'more of')
    const end = await service.clock.through(pass)
    expect([archived(service), end.settling, await ledger(service)]).toEqual([{}, 1, []])
  })

  test('does the work that is due though no file moved', async () => {
    await open({ rules: { completeness: pairs({ timeoutMs: hour, onTimeout: 'archive_partial' }) } })
    await service.deliver({ 'a.txt': 'one' })
    await service.clock.advance(2 * hour)
    await service.once()
    expect(archived(service)).toEqual({ 'a.txt': 'one' })
  })

  test('over what is known already changes nothing', async () => {
    await open()
    await service.deliver({ 'a.txt': 'one', 'b.txt': 'two' })
    const events = await service.parts.sql.all('select count(*) as n from events')
    await service.clock.advance(hour)
    const parts = await service.open()
    await service.clock.through(runOnce(parts, 'host', new AbortController().signal))
    expect(await service.parts.sql.all('select count(*) as n from events')).toEqual(events)
    expect(parts.tally.lookedAt).toBe(0)
  })

  test('takes back what was refused under rules that have changed', async () => {
    await open({ rules: { integrity: [{ type: 'min_size', bytes: 100 }] } })
    await service.deliver({ 'a.txt': 'one' })
    expect(await ledger(service)).toEqual(['a.txt#1 integrity_failed: too small: 3 bytes, min_size is 100'])
    service.swap({ integrity: [], digest: 'rules-2' })
    await service.once()
    expect(archived(service)).toEqual({ 'a.txt': 'one' })
  })

  test('leaves a row that says what it came to', async () => {
    await open()
    await service.deliver({ 'a.txt': 'one', 'b.txt': 'three' })
    expect(await service.parts.sql.all('select mode, host, exit_code, looked_at, archived, bytes, ended_at is not null as ended from passes')).toEqual([
      { mode: 'once', host: 'host', exit_code: 0, looked_at: 2, archived: 2, bytes: 8, ended: 1 },
    ])
  })

  test('over a delivery directory that is missing does the rest, and says so', async () => {
    await open()
    service.tree.delete('/in')
    const end = await service.once()
    expect(end.scans[0]?.end.fault?.message).toContain('/in')
    expect((await watchReports(service.parts.sql)).get('w')?.state).toBe('missing')
    expect(await service.parts.sql.all('select exit_code from passes')).toEqual([{ exit_code: 1 }])
  })

  test('stops when it is told to, and the next one goes on from there', async () => {
    await open()
    service.tree.write('/in/a.txt', 'one')
    const stop = new AbortController()
    stop.abort()
    const end = await service.clock.through(runOnce(await service.open(), 'host', stop.signal))
    expect([end.interrupted, archived(service)]).toEqual([true, {}])
    await service.clock.advance(minute)
    await service.once()
    expect(archived(service)).toEqual({ 'a.txt': 'one' })
  })

  test('reports a watch so that the equation of its ledger holds', async () => {
    await open({ watch: { patterns: ['*.txt'], ignorePatterns: ['*.tmp'] } })
    for (const name of ['a.txt', 'b.txt', 'c.tmp', 'd.jpg', 'e.TXT']) service.tree.write(`/in/${name}`, 'x')
    service.tree.mkdir('/in/sub')
    await service.clock.advance(minute)
    await service.once()
    expect((await watchReports(service.parts.sql)).get('w')).toMatchObject({
      state: 'ok', seen: 2, rows: 2, settling: 0, ignored: 1, unmatched: 2, nearMisses: 1, subdirsNotEntered: 1,
    })
  })
})
