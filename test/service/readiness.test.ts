import { afterEach, describe, expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import type { Watch } from '../../src/config/config.ts'
import { hour, minute, second } from '../../src/domain/time.ts'
import { watchReports } from '../../src/store/watch-state.ts'
import { pairs } from '../fakes/builders.ts'
import { fakeDaemon, type FakeDaemon } from '../fakes/daemon.ts'
import { archived, broken, delivered, fakeService, ledger, type FakeServiceOptions } from '../fakes/service.ts'

let daemon: FakeDaemon
afterEach(async () => {
  await daemon.stop()
  expect(await broken(daemon)).toEqual([])
  await daemon.close()
})
const open = async (watch: Partial<Watch>, more: FakeServiceOptions = {}) => {
  daemon = await fakeDaemon({ ...more, watch })
  await daemon.clock.advance(second)
}
/** A producer closes, or renames into place, what it wrote. */
const close = (name: string, content: string) => {
  daemon.tree.write(`/in/${name}`, content)
  daemon.hint({ is: 'path', root: 'w', path: `/in/${name}`, closed: true })
}

describe('ready = "close"', () => {
  test('a file that was closed is archived after a moment of quiet', async () => {
    await open({ ready: 'close' })
    close('a.txt', 'one')
    await daemon.clock.advance(50)
    expect(archived(daemon)).toEqual({})
    await daemon.clock.advance(100)
    expect(archived(daemon)).toEqual({ 'a.txt': 'one' })
  })

  test('one that was not closed yet, or was written again after it was, needs all of its quiet time', async () => {
    await open({ ready: 'close' })
    daemon.produce('open.txt', 'one')
    close('again.txt', 'one')
    await daemon.clock.advance(50)
    daemon.tree.write('/in/again.txt', 'one, two')
    await daemon.clock.advance(1.8 * second)
    expect(archived(daemon)).toEqual({})
    await daemon.clock.advance(second)
    expect(archived(daemon)).toEqual({ 'open.txt': 'one', 'again.txt': 'one, two' })
  })

  test('a name that was made anew after the close counts as open', async () => {
    await open({ ready: 'close' })
    close('a.txt', 'one')
    daemon.produce('a.txt', 'begin of two')
    await daemon.clock.advance(second)
    expect(archived(daemon)).toEqual({})
  })

  test('what was closed stays closed while it is as it was, whoever looks at it again', async () => {
    await open({ ready: 'close' })
    close('a.txt', 'one')
    await daemon.clock.advance(20)
    daemon.hint({ is: 'path', root: 'w', path: '/in/a.txt' })
    await daemon.clock.advance(130)
    expect(archived(daemon)).toEqual({ 'a.txt': 'one' })
  })

  test('a scan has no events, and falls back to settle_seconds', async () => {
    await open({ ready: 'close' })
    daemon.tree.write('/in/a.txt', 'one')
    await daemon.clock.advance(daemon.live.config.service.scanIntervalMs * 61)
    expect(archived(daemon)).toEqual({ 'a.txt': 'one' })
  })
})

describe('ready = "marker"', () => {
  const watch = { ready: 'marker', marker: '{name}.done' } as const

  test('a file waits for its marker, however long, and neither the marker nor the wait is a row', async () => {
    await open(watch)
    daemon.produce('a.txt', 'one')
    await daemon.clock.advance(hour)
    expect([archived(daemon), await ledger(daemon)]).toEqual([{}, []])
    daemon.produce('a.txt.done', '')
    await daemon.clock.advance(second)
    expect([archived(daemon), await ledger(daemon)]).toEqual([{ 'a.txt': 'one' }, ['a.txt#1 archived']])
  })

  test('a marker whose event was lost is found by the next scan', async () => {
    await open(watch, { service: { reconcileIntervalMs: minute } })
    daemon.produce('a.txt', 'one')
    await daemon.clock.advance(second)
    daemon.tree.write('/in/a.txt.done', '')
    await daemon.clock.advance(2 * minute)
    expect(archived(daemon)).toEqual({ 'a.txt': 'one' })
  })

  test('a marker that is left over from the last delivery says nothing of the next', async () => {
    await open(watch)
    daemon.tree.write('/in/a.txt', 'one')
    daemon.produce('a.txt.done', '')
    daemon.hint({ is: 'path', root: 'w', path: '/in/a.txt' })
    await daemon.clock.advance(minute)
    expect(archived(daemon)).toEqual({ 'a.txt': 'one' })
    daemon.produce('a.txt', 'half of two')
    await daemon.clock.advance(hour)
    expect(archived(daemon)).toEqual({ 'a.txt': 'one' })
    daemon.tree.write('/in/a.txt', 'all of two')
    daemon.produce('a.txt.done', 'again')
    await daemon.clock.advance(minute)
    expect(archived(daemon)).toEqual({ 'a.txt': 'one', 'a~2.txt': 'all of two' })
  })

  test('markers are counted as ignored, so that the equation of the watch holds', async () => {
    const service = await fakeService({ watch: { ...watch, patterns: ['*.txt'] } })
    daemon = await fakeDaemon({})
    await service.deliver({ 'a.txt': 'one', 'b.txt': 'two', 'a.txt.done': '' })
    const report = (await watchReports(service.parts.sql)).get('w')
    expect(report).toMatchObject({ seen: 2, rows: 1, settling: 1, ignored: 1, unmatched: 0 })
    expect(report?.unsettled).toMatchObject([{ path: '/in/b.txt', lacks: 'its marker b.txt.done is not there' }])
    await service.close()
  })

  test('run --once does not wait for a marker that is not there', async () => {
    const service = await fakeService({ watch })
    daemon = await fakeDaemon({})
    service.tree.write('/in/a.txt', 'one')
    await service.clock.advance(minute)
    const before = service.clock.now()
    expect((await service.once()).settling).toBe(1)
    expect(service.clock.now()).toBe(before)
    await service.close()
  })

  test('move removes the marker with its file', async () => {
    await open(watch, { archive: { action: 'move' } })
    daemon.produce('a.txt', 'one')
    daemon.produce('a.txt.done', '')
    daemon.produce('b.txt.done', 'of nothing yet')
    await daemon.clock.advance(minute)
    expect([archived(daemon), delivered(daemon)]).toEqual([{ 'a.txt': 'one' }, ['b.txt.done']])
  })

  test('move keeps the marker of a file that cannot be removed', async () => {
    await open(watch, { archive: { action: 'move' } })
    daemon.tree.pin('/in/a.txt', true)
    daemon.produce('a.txt', 'one')
    daemon.produce('a.txt.done', '')
    await daemon.clock.advance(minute)
    expect(delivered(daemon)).toEqual(['a.txt', 'a.txt.done'])
    daemon.tree.pin('/in/a.txt', false)
    await daemon.clock.advance(2 * minute)
    expect(delivered(daemon)).toEqual([])
  })

  test('move keeps a marker that files of one stem share until the last of them is gone', async () => {
    await open({ ready: 'marker', marker: '{stem}.ok' }, { archive: { action: 'move' } })
    daemon.produce('a.txt', 'one')
    daemon.produce('a.json', '{}')
    daemon.produce('a.ok', '')
    daemon.tree.pin('/in/a.json', true)
    await daemon.clock.advance(minute)
    expect(delivered(daemon)).toEqual(['a.json', 'a.ok'])
    daemon.tree.pin('/in/a.json', false)
    await daemon.clock.advance(2 * minute)
    expect(delivered(daemon)).toEqual([])
  })

  test('a pair is complete when both members have theirs', async () => {
    await open(watch, { rules: { completeness: pairs() } })
    daemon.produce('a.txt', 'one')
    daemon.produce('a.json', '{}')
    daemon.produce('a.txt.done', '')
    await daemon.clock.advance(minute)
    expect(archived(daemon)).toEqual({})
    daemon.produce('a.json.done', '')
    await daemon.clock.advance(minute)
    expect(archived(daemon)).toEqual({ 'a.txt': 'one', 'a.json': '{}' })
  })
})

describe('ready = "checksum"', () => {
  const sumOf = (text: string) => createHash('sha256').update(text).digest('hex')
  const rules = { integrity: [{ type: 'checksum', algorithm: 'sha256' }] } as const

  test('a file waits for its checksum without being read, and is archived a moment after it', async () => {
    await open({ ready: 'checksum' }, { rules })
    daemon.produce('a.txt', 'one')
    await daemon.clock.advance(hour)
    expect(await ledger(daemon)).toEqual([])
    daemon.produce('a.txt.sha256', `${sumOf('one')}  a.txt\n`)
    await daemon.clock.advance(second)
    expect(Object.keys(archived(daemon))).toEqual(['a.txt', 'a.txt.sha256'])
  })

  test('a checksum that came first does not make a file complete before its quiet time', async () => {
    await open({ ready: 'checksum' }, { rules })
    daemon.produce('a.txt.sha256', `${sumOf('one and two')}  a.txt\n`)
    await daemon.clock.advance(minute)
    daemon.produce('a.txt', 'one')
    await daemon.clock.advance(1.5 * second)
    daemon.produce('a.txt', 'one and two')
    await daemon.clock.advance(minute)
    expect(archived(daemon)['a.txt']).toBe('one and two')
    expect((await daemon.parts.sql.all("select 1 from events where to_status = 'integrity_failed'"))).toEqual([])
  })

  test('one that does not agree has failed, until the file is delivered whole', async () => {
    await open({ ready: 'checksum' }, { rules })
    daemon.produce('a.txt', 'on')
    daemon.produce('a.txt.sha256', `${sumOf('one')}  a.txt\n`)
    await daemon.clock.advance(minute)
    expect((await ledger(daemon))[0]).toStartWith('a.txt#1 integrity_failed: its SHA-256 is')
    daemon.produce('a.txt', 'one')
    await daemon.clock.advance(minute)
    expect(archived(daemon)['a.txt']).toBe('one')
  })
})

describe('a file that another process has open for writing', () => {
  test('does not settle before that one closes it', async () => {
    await open({ vetoOpen: true })
    daemon.tree.hold('/in/a.txt', 'pid 7 (rsync)')
    daemon.produce('a.txt', 'one')
    await daemon.clock.advance(hour)
    expect([archived(daemon), await ledger(daemon)]).toEqual([{}, []])
    expect(daemon.live.settling.unsettled(() => daemon.clock.now()).get('w')).toMatchObject([{ lacks: 'pid 7 (rsync) has it open for writing' }])
    daemon.tree.hold('/in/a.txt', null)
    await daemon.clock.advance(5 * second)
    expect(archived(daemon)).toEqual({ 'a.txt': 'one' })
  })

  test('does not settle either where its group is due', async () => {
    await open({ vetoOpen: true }, { rules: { completeness: pairs() } })
    daemon.produce('a.txt', 'one')
    daemon.produce('a.json', '1')
    await daemon.clock.advance(minute)
    daemon.produce('a.txt', 'two')
    await daemon.clock.advance(5 * second)
    daemon.tree.write('/in/a.json', 'half of 2')
    daemon.tree.hold('/in/a.json', 'pid 7 (rsync)')
    await daemon.clock.advance(hour)
    expect(archived(daemon)).toEqual({ 'a.txt': 'one', 'a.json': '1' })
    daemon.tree.write('/in/a.json', 'all of 2')
    daemon.tree.hold('/in/a.json', null)
    await daemon.clock.advance(minute)
    expect(archived(daemon)).toEqual({ 'a.txt': 'one', 'a.json': '1', 'a~2.txt': 'two', 'a~2.json': 'all of 2' })
  })

  test('is left alone where the watch says veto_open = false', async () => {
    await open({ vetoOpen: false })
    daemon.tree.hold('/in/a.txt', 'pid 7 (rsync)')
    daemon.produce('a.txt', 'one')
    await daemon.clock.advance(5 * second)
    expect(archived(daemon)).toEqual({ 'a.txt': 'one' })
  })
})

describe('settle_max', () => {
  test('a file that never rests is told of once, counted, and not archived', async () => {
    await open({ settleMaxMs: minute }, { service: { heartbeatIntervalMs: 10 * second } })
    for (let at = 0; at < 120; at += 1) {
      daemon.produce('a.log', `line ${at}`)
      await daemon.clock.advance(second)
    }
    const told = daemon.log.filter((line) => line.includes('come to rest'))
    expect(told).toEqual(['WARNING watch w: /in/a.log has not come to rest for 1m: it goes on changing'])
    expect(archived(daemon)).toEqual({})
    expect((await watchReports(daemon.parts.sql)).get('w')).toMatchObject({ restless: 1, unsettled: [{ path: '/in/a.log', told: true }] })
  })

  test('the next process knows since when, and does not tell it again', async () => {
    const service = await fakeService({ watch: { settleMaxMs: hour, ready: 'marker', marker: '{name}.done' } })
    daemon = await fakeDaemon({})
    service.tree.write('/in/a.txt', 'one')
    for (let pass = 0; pass < 5; pass += 1) {
      await service.once()
      await service.clock.advance(20 * minute)
    }
    expect(service.log.filter((line) => line.includes('come to rest'))).toEqual([
      'WARNING watch w: /in/a.txt has not come to rest for 1h: its marker a.txt.done is not there',
    ])
    await service.close()
  })

  test('of very many files the log names a few', async () => {
    await open({ settleMaxMs: minute, ready: 'marker', marker: '{name}.done' })
    for (let at = 0; at < 50; at += 1) daemon.produce(`f${at}.txt`, 'x')
    await daemon.clock.advance(5 * minute)
    const told = daemon.log.filter((line) => line.includes('watch w: ') && line.startsWith('WARNING'))
    expect([told.length, told.at(-1)]).toEqual([6, 'WARNING watch w: nor have 45 more; "carbonation status" counts them'])
  })
})
