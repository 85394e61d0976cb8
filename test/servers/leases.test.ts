import { afterEach, beforeEach, expect, test } from 'bun:test'
import type { Server } from '../../src/edges/servers/address.ts'
import { openServer, type ServerSql } from '../../src/edges/servers/server.ts'
import { fenced } from '../../src/service/fenced.ts'
import { Fenced, type Lease } from '../../src/service/lease.ts'
import { openLease } from '../../src/service/shared-lease.ts'
import { claimDue, claimGroups, claimToEnd, releaseClaims, requireClaims } from '../../src/store/claims.ts'
import { expireLease, leases, renewLease } from '../../src/store/leases.ts'
import { migrate } from '../../src/store/migrations.ts'
import { Overtaken } from '../../src/store/overtaken.ts'
import { fakeClock, type FakeClock } from '../fakes/clock.ts'
import { addGroups } from '../store/a-ledger.ts'
import { freshDatabase, onServers } from './servers.ts'

const now = Date.parse('2026-11-21T10:00:00Z')
const leaseMs = 60_000

onServers('hosts that share a database', (name) => {
  let server: Server
  let drop: () => Promise<void>
  let clock: FakeClock
  const opened: ServerSql[] = []
  const log: string[] = []
  const open = (): ServerSql => {
    const sql = openServer(server)
    opened.push(sql)
    return sql
  }
  /** A host with its own connections. */
  const aHost = (host: string, { isOver = () => false, ...more }: { standby?: boolean; archives?: string[]; isOver?: (process: string) => boolean } = {}) => {
    const sql = open()
    const lease = openLease({
      sql, clock, leaseMs, isOver, log: { write: (_, message) => void log.push(`${host}: ${message}`), close: async () => undefined },
      holder: {
        host, pid: 1, process: `${host} pid 1 1`, configFile: `/${host}.toml`, mode: 'service', standby: false, names: ['radar'],
        archives: ['main'], ...more,
      },
    })
    return { sql, lease, own: fenced(sql, lease) }
  }
  const fenceOf = (lease: Lease): number => lease.fence() ?? 0
  const claim = ({ own, lease }: ReturnType<typeof aHost>, ...digests: string[]) =>
    own.aside((tx) => claimGroups(tx, fenceOf(lease), digests)).then((mine) => [...mine].toSorted())

  beforeEach(async () => {
    ({ server, drop } = await freshDatabase(name))
    clock = fakeClock()
    log.length = 0
    await migrate(open(), now)
  })
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()))
    await drop()
  })

  test('bear fences in the order of their beginnings, and leave nothing when they end in good order', async () => {
    const [a, b] = [aHost('a'), aHost('b')]
    expect([await a.lease.begin(), await b.lease.begin()]).toEqual([[], []])
    expect([fenceOf(a.lease), fenceOf(b.lease)]).toEqual([1, 2])
    await claim(a, 'x')
    await a.lease.end(true)
    expect([(await leases(b.sql)).map((one) => one.fence), await claim(b, 'x')]).toEqual([[2], ['x']])
  })

  test('have each group in one hand', async () => {
    const [a, b] = [aHost('a'), aHost('b')]
    for (const one of [a, b]) await one.lease.begin()
    expect(await claim(a, 'x', 'y')).toEqual(['x', 'y'])
    expect(await claim(b, 'x', 'y', 'z')).toEqual(['z'])
    await a.own.aside((tx) => releaseClaims(tx, 1, ['x']))
    expect(await claim(b, 'x', 'y', 'z')).toEqual(['x', 'z'])
    expect(await a.own.transaction((tx) => requireClaims(tx, 1, ['y']))).toBeUndefined()
    expect(await a.own.transaction((tx) => requireClaims(tx, 1, ['x', 'y'])).catch((error: unknown) => error)).toBeInstanceOf(Overtaken)
  })

  test('claim what is due without waiting for one another', async () => {
    const [a, b] = [aHost('a'), aHost('b')]
    for (const one of [a, b]) await one.lease.begin()
    await addGroups(a.sql, ...[1, 2, 3, 4].map((n) => ({ due_at: `2026-01-01 00:00:0${n}.000` })))
    const due = (host: typeof a, limit: number, then: () => Promise<void> = async () => undefined) => host.own.aside(async (tx) => {
      const groups = await claimDue(tx, fenceOf(host.lease), ['radar'], { now, limit })
      await then()
      return groups.map((one) => one.key)
    })
    let meanwhile: readonly string[] = []
    const first = await due(a, 2, async () => {
      meanwhile = await Promise.race([due(b, 2), Bun.sleep(5000).then(() => ['b waits'])])
    })
    expect(first).toEqual(['g1', 'g2'])
    // MariaDB may lock more rows than it gives: then nothing is left for now.
    expect(meanwhile).toEqual(name === 'mariadb' && meanwhile.length === 0 ? [] : ['g3', 'g4'])
    expect(await due(b, 9)).toEqual(['g3', 'g4'])
  })

  test('commit nothing once their lease was taken', async () => {
    const [a, b] = [aHost('a'), aHost('b')]
    for (const one of [a, b]) await one.lease.begin()
    await claim(a, 'x')
    await expireLease(a.sql, 1)
    expect(await b.lease.takeOver()).toBe(true)
    for (const write of [
      () => a.own.run("update counters set value = 7 where name = 'completed_seq'"),
      () => a.own.transaction((tx) => tx.run("update counters set value = 7 where name = 'completed_seq'")),
      () => a.own.aside((tx) => tx.run("update counters set value = 7 where name = 'completed_seq'")),
    ]) expect(await write().then(() => 'written', (error: unknown) => error)).toBeInstanceOf(Fenced)
    expect(await a.sql.all("select value from counters where name = 'completed_seq'")).toEqual([{ value: 0 }])
    expect([a.lease.isLost(), await claim(b, 'x')]).toEqual([true, []])
    expect(await b.own.aside((tx) => claimToEnd(tx, 2, ['x']))).toEqual(new Set(['x']))
    await b.lease.endTaken()
    expect(await claim(b, 'x')).toEqual(['x'])
    expect(await a.lease.begin()).toEqual([])
    expect([fenceOf(a.lease), a.lease.isLost(), await claim(a, 'x', 'y')]).toEqual([3, false, ['y']])
    expect(log).toContain(
      'a: goes on under a new lease: there was no sign of life of this process for longer than its lease of 1m, and another one took over what it had in hand')
  })

  test('go on after a lease that was over and that nobody took', async () => {
    const a = aHost('a')
    await a.lease.begin()
    await expireLease(a.sql, 1)
    await a.own.run("update counters set value = 7 where name = 'completed_seq'")
    expect(await leases(a.sql)).toMatchObject([{ fence: 1, isOver: false, takenBy: null }])
  })

  test('are not taken in the middle of a commit, nor waited for', async () => {
    const [a, b] = [aHost('a'), aHost('b')]
    for (const one of [a, b]) await one.lease.begin()
    await expireLease(a.sql, 1)
    await a.own.transaction(async (tx) => {
      expect(await Promise.race([b.lease.takeOver(), Bun.sleep(5000).then(() => 'b waits')])).toBe(false)
      await tx.run("update counters set value = 7 where name = 'completed_seq'")
    })
    expect(await a.sql.all("select value from counters where name = 'completed_seq'")).toEqual([{ value: 7 }])
    expect(await b.lease.takeOver()).toBe(false)
  })

  test('of three one takes the work of the one that fell silent; where that dies over it, the third one does', async () => {
    const [a, b, c] = [aHost('a'), aHost('b'), aHost('c')]
    for (const one of [a, b, c]) await one.lease.begin()
    await expireLease(a.sql, 1)
    expect([await b.lease.takeOver(), await c.lease.takeOver()]).toEqual([true, false])
    expect(await c.lease.standing()).toEqual({ newest: 3, fences: [1, 2, 3] })
    expect(await b.lease.standing()).toEqual({ newest: 3, fences: [2, 3] })
    await expireLease(b.sql, 2)
    expect(await c.lease.takeOver()).toBe(true)
    expect(await c.lease.standing()).toEqual({ newest: 3, fences: [3] })
  })

  test('whose process is gone from this machine need not be waited for', async () => {
    const a = aHost('a')
    const b = aHost('b', { isOver: (process) => process === 'a pid 1 1' })
    for (const one of [a, b]) await one.lease.begin()
    expect([await b.lease.takeOver(), await renewLease(a.sql, 1, leaseMs)]).toEqual([true, false])
  })

  test('leave alone what was put into archives that they do not know', async () => {
    const [a, b] = [aHost('a', { archives: ['main', 'other'] }), aHost('b')]
    for (const one of [a, b]) await one.lease.begin()
    await expireLease(a.sql, 1)
    expect(await b.lease.takeOver()).toBe(false)
  })

  test('by one config on one machine are one at a time', async () => {
    const [a, twin] = [aHost('a'), aHost('a')]
    expect([await a.lease.begin(), await twin.lease.begin()]).toEqual([[], ['radar']])
    await a.lease.end(true)
    expect(await twin.lease.begin()).toEqual([])
  })

  test('renew their leases by themselves, by the clock of the server', async () => {
    const a = aHost('a')
    await a.lease.begin()
    await expireLease(a.sql, 1)
    await clock.advance(leaseMs / 3 + 1)
    for (const until = performance.now() + 5000; (await leases(a.sql))[0]?.isOver !== false && performance.now() < until;) await Bun.sleep(10)
    expect(await leases(a.sql)).toMatchObject([{ isOver: false }])
    const [row] = await a.sql.all<{ ends_at: string }>('select ends_at from leases')
    expect(Math.abs(Date.parse(`${row?.ends_at.replace(' ', 'T')}Z`) - Date.now() - leaseMs)).toBeLessThan(20_000)
    await a.lease.end(true)
  })

  test('as standby work on a watch only while nobody else does', async () => {
    const [a, s, t] = [aHost('a'), aHost('s', { standby: true }), aHost('t', { standby: true })]
    for (const one of [a, s, t]) await one.lease.begin()
    const active = () => [a, s, t].map((one) => one.lease.isActive('radar'))
    const round = async () => {
      await clock.advance(leaseMs / 3 + 1)
      await Bun.sleep(200)
    }
    expect(active()).toEqual([true, false, false])
    await a.lease.end(true)
    for (let n = 0; n < 3; n += 1) await round()
    expect(active().slice(1)).toEqual([true, false])
    const back = aHost('a')
    await back.lease.begin()
    for (let n = 0; n < 2; n += 1) await round()
    expect([back.lease.isActive('radar'), ...active().slice(1)]).toEqual([true, false, false])
    expect(log.map((one) => one.split(';')[0])).toContain('s: watch radar: taken over by this standby, since no other host works on it')
    for (const one of [back, s, t]) await one.lease.end(true)
  })
})
