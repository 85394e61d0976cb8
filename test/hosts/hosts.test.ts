import { afterEach, expect, setDefaultTimeout, test } from 'bun:test'
import { onServers, type ServerName } from '../servers/servers.ts'
import { until } from '../binary/project.ts'
import { chaos, endWell } from './chaos.ts'
import { aCluster, untilArchived, type Cluster, type ClusterOptions, type Member } from './cluster.ts'
import { canBeHosts } from './network.ts'
import { wrongsOf } from './verdict.ts'

setDefaultTimeout(240_000)
/** A question whose answer was lost is waited for as long as a slow server may take: a minute and a bit. */
const patienceMs = 90_000
/** Debian's faketime, by its library: its program would stand between us and the signals. */
const fakeTime = [...new Bun.Glob('usr/lib/**/faketime/libfaketimeMT.so.1').scanSync({ cwd: '/', absolute: true, onlyFiles: false })][0] ?? null
if (!canBeHosts) console.error('SKIPPED: hosts that are cut off from their database (needs root, namespaces, ip and socat)')
if (fakeTime === null) console.error('SKIPPED: hosts whose clocks differ (needs faketime)')

onServers('hosts that share a delivery and an archive', (name: ServerName) => {
  let cluster: Cluster
  afterEach(() => cluster.close())
  const open = async (options: Partial<ClusterOptions> = {}): Promise<readonly [Member, Member]> => {
    cluster = await aCluster(name, { hosts: 2, lease: '3s', ...options })
    const [a, b] = cluster.members
    if (a === undefined || b === undefined) throw new Error('there are two')
    return [a, b]
  }
  const count = async (question: string): Promise<number> => {
    const [row] = await cluster.sql.all<{ n: number }>(question).catch(() => [])
    return row?.n ?? 0
  }
  const untilAsked = async (question: string, isIt: (n: number) => boolean): Promise<void> => {
    let n = -1
    const asked = setInterval(() => void count(question).then((found) => { n = found }), 50)
    await until(() => n >= 0 && isIt(n), question, patienceMs).catch(async (error: unknown) => {
      const leases = await cluster.sql.all('select * from leases').catch(String)
      console.error(`${question}: ${n}`, leases, ...cluster.members.map((one) => `\n${one.host.name}, ${one.pid}: ${one.said()}`))
      throw error
    }).finally(() => clearInterval(asked))
  }
  const untilBoth = () => untilAsked('select count(*) as n from leases where taken_by is null', (n) => n >= 2)
  const end = async (...members: readonly Member[]): Promise<void> => {
    for (const one of members) expect([one.host.name, await one.stop()]).toEqual([one.host.name, 0])
    expect([...await endWell(cluster), ...await wrongsOf(cluster)]).toEqual([])
  }

  test('divide the groups among them, each in one hand', async () => {
    const [a, b] = await open({ isolated: canBeHosts })
    cluster.deliver(0, 2000)
    for (const one of [a, b]) one.start()
    await untilBoth()
    await untilAsked('select count(*) as n from service_state', (n) => n === 2)
    await untilArchived(cluster, 4000)
    await end(a, b)
    const passes = await cluster.sql.all<{ archived: number }>("select archived from passes where mode = 'service'")
    expect([passes.length, passes.every((one) => one.archived >= 300), passes.reduce((sum, one) => sum + one.archived, 0)]).toEqual([2, true, 4000])
  })

  test('do no harm after a pause that was longer than the lease, and begin anew', async () => {
    const [a, b] = await open({ action: 'move' })
    for (const one of [a, b]) one.start()
    await untilBoth()
    cluster.deliver(0, 1000)
    await untilAsked('select count(*) as n from claims', (n) => n > 0)
    const [{ fence = 0 } = {}] = await cluster.sql.all<{ fence: number }>(`select fence from leases where pid = ${a.pid}`)
    a.pause()
    await untilAsked(`select count(*) as n from leases where fence = ${fence}`, (n) => n === 0)
    await untilArchived(cluster, 2000)
    a.wake()
    await untilAsked(`select count(*) as n from leases where fence > ${fence} and pid = ${a.pid}`, (n) => n >= 1)
    cluster.deliver(1000, 1200)
    await untilArchived(cluster, 2400)
    await end(a, b)
  })

  if (name === 'postgresql') test.skipIf(!canBeHosts)('lose nothing while one is cut off from the database, and work together again', async () => {
    const [a, b] = await open({ isolated: true })
    for (const one of [a, b]) one.start()
    await untilBoth()
    cluster.deliver(0, 1000)
    await untilAsked('select count(*) as n from claims', (n) => n > 0)
    a.host.cut()
    await untilAsked('select count(*) as n from leases', (n) => n === 1)
    await untilArchived(cluster, 2000)
    a.host.mend()
    await untilBoth()
    cluster.deliver(1000, 1100)
    await untilArchived(cluster, 2200)
    await end(a, b)
  })

  if (name === 'postgresql') test.skipIf(fakeTime === null)('need no common clock', async () => {
    const [a, b] = await open({ behind: (n) => ['env', `LD_PRELOAD=${fakeTime}`, `FAKETIME=${n === 0 ? '+7m' : '-5m'}`] })
    for (const one of [a, b]) one.start()
    await untilBoth()
    cluster.deliver(0, 500)
    await untilArchived(cluster, 1000)
    await Bun.sleep(4000)
    expect(await count('select count(*) as n from leases where fence <= 2 and taken_by is null')).toBe(2)
    expect(`${a.said()}${b.said()}`).not.toContain('took over')
    const beats = await cluster.sql.all<{ last_heartbeat: string }>('select last_heartbeat from service_state')
    for (const one of beats) expect(Math.abs(Date.parse(`${one.last_heartbeat.replace(' ', 'T')}Z`) - Date.now())).toBeLessThan(20_000)
    await end(a, b)
  })

  test('are exact under random pauses, kills and cuts; what getNewFiles tells of is, too', async () => {
    await open({ isolated: canBeHosts, lease: '2s' })
    const seed = Math.floor(Math.random() * 2 ** 31)
    const { wrongs } = await chaos(cluster, { groups: 600, leaseMs: 2000, cuts: canBeHosts, seed })
    expect([`seed ${seed}`, ...wrongs]).toEqual([`seed ${seed}`])
  })

  if (name === 'postgresql') test('have a standby that takes over in less than two leases, and steps back', async () => {
    const [a, standby] = await open({ service: (n) => (n === 1 ? 'standby = true' : '') })
    a.start()
    await untilAsked('select count(*) as n from leases', (n) => n === 1)
    standby.start()
    await untilBoth()
    cluster.deliver(0, 20)
    await untilArchived(cluster, 40)
    a.pause()
    const since = performance.now()
    cluster.deliver(20, 40)
    await until(() => standby.said().includes('taken over by this standby'), 'the standby to take over')
    expect(performance.now() - since).toBeLessThan(2 * 3000)
    await untilArchived(cluster, 80)
    a.wake()
    await until(() => standby.said().includes('this one is its standby again'), 'the standby to step back')
    cluster.deliver(40, 60)
    await untilArchived(cluster, 120)
    await end(a, standby)
  })
})
