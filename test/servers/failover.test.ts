import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../binary/project.ts'
import { anOwnProject } from './an-own-project.ts'
import { asOwner, postgresqlPrograms } from './engines.mjs'
import { ownServers, type OwnServer, type OwnServers } from './own.ts'
import { isFull, onServers } from './servers.ts'
import { aWire, type Wire } from './wire.ts'

setDefaultTimeout(240_000)

/** A primary whose commits wait until its replica has them, and the replica. */
type Pair = { readonly primary: OwnServer; readonly replica: OwnServer; promote(): Promise<void> }

const postgresqlPair = async (servers: OwnServers): Promise<Pair> => {
  const [primary, replica] = [await servers.make('first'), await servers.make('second')]
  await primary.start()
  const { home, data } = replica.prepared
  rmSync(data, { recursive: true })
  const from = ['-h', primary.prepared.socket, '-p', String(primary.prepared.port), '-U', primary.prepared.username]
  const copied = spawnSync(join(postgresqlPrograms(), 'pg_basebackup'), [...from, '-D', data, '-R', '-X', 'stream', '-c', 'fast', '--no-sync'], asOwner(home))
  if (copied.status !== 0) throw new Error(String(copied.stderr))
  await replica.start()
  await primary.ask("alter system set synchronous_standby_names = '*'")
  await primary.ask('select pg_reload_conf()')
  return { primary, replica, promote: async () => void await replica.ask('select pg_promote()') }
}

const mariadbPair = async (servers: OwnServers): Promise<Pair> => {
  const [primary, replica] = [await servers.make('first'), await servers.make('second')]
  const logs = { log_bin: 'bin', binlog_format: 'row' }
  await primary.start({ ...logs, server_id: 1, rpl_semi_sync_master_wait_point: 'AFTER_SYNC', rpl_semi_sync_master_timeout: 60_000 })
  await replica.start({ ...logs, server_id: 2, rpl_semi_sync_slave_enabled: 1, read_only: 1 })
  await primary.ask("create user copier@'127.0.0.1'; grant replication slave on *.* to copier@'127.0.0.1'")
  await replica.ask(`change master to master_host = '127.0.0.1', master_port = ${primary.prepared.port}, master_user = 'copier', master_use_gtid = slave_pos; start slave`)
  while (Number((await primary.ask("select count(*) as n from information_schema.processlist where command = 'Binlog Dump'"))[0]?.['n']) === 0) await Bun.sleep(20)
  await primary.ask('set global rpl_semi_sync_master_enabled = 1')
  const one = async (sql: string, name: string) => String((await replica.ask(sql))[0]?.[name])
  return {
    primary, replica,
    promote: async () => {
      await replica.ask('stop slave io_thread')
      while (await one('show slave status', 'Gtid_IO_Pos') !== await one('select @@gtid_slave_pos as at', 'at')) await Bun.sleep(20)
      await replica.ask('stop slave; reset slave all; set global read_only = 0')
    },
  }
}

onServers('the program over a server that another one replaces', (name) => {
  let servers: OwnServers
  let wire: Wire
  beforeEach(async () => {
    servers = ownServers(name)
    wire = await aWire()
  })
  afterEach(async () => {
    wire.close()
    await servers.close()
  })

  const failOver = async (leave: (pair: Pair) => Promise<void>) => {
    const pair = await (name === 'postgresql' ? postgresqlPair : mariadbPair)(servers)
    let current = pair.primary
    wire.lead({ path: current.prepared.socketFile })
    const behind: OwnServer = { ...pair.primary, ask: (...asked) => current.ask(...asked) }
    const project = await anOwnProject(behind, { owner: 'app', address: `host = "127.0.0.1"\nport = ${wire.port}\nsslmode = "disable"` })
    const service = project.start('run')
    project.pair('before')
    await project.untilAllThere(service)
    for (let n = 0; n < 400; n += 1) project.pair(`p${n}`)
    await until(() => Object.keys(project.archived()).length > 30, 'the work to begin')
    await leave(pair)
    await pair.promote()
    current = pair.replica
    wire.lead({ path: current.prepared.socketFile })
    for (let n = 0; n < 20; n += 1) project.pair(`after${n}`)
    await project.untilAllThere(service)
    expect((await service.stop()).code).toBe(0)
    await project.expectExact()
    await project.close()
  }

  test('leaves an old primary that became read only and did not hang up', () =>
    failOver(async ({ primary }) => {
      const readOnly = name === 'postgresql' ? ['alter system set default_transaction_read_only = on', 'select pg_reload_conf()'] : ['set global read_only = 1']
      for (const one of readOnly) await primary.ask(one)
    }))

  test.skipIf(!isFull)('what was under way when the old primary died is checked, not repeated', () =>
    failOver(async ({ primary }) => {
      wire.cut()
      await primary.stop('killed')
    }))
})
