import { afterEach, beforeEach, expect, test } from 'bun:test'
import type { SQL } from 'bun'
import { Fault } from '../../src/domain/fault.ts'
import type { Server } from '../../src/edges/servers/address.ts'
import { openServer, type ServerSql } from '../../src/edges/servers/server.ts'
import { Away } from '../../src/edges/servers/trouble.ts'
import { migrate, requireCurrentSchema } from '../../src/store/migrations.ts'
import { Overtaken } from '../../src/store/overtaken.ts'
import { administrator, freshDatabase, onServers, running } from './servers.ts'
import { aWire } from './wire.ts'

const now = Date.parse('2026-11-21T10:00:00Z')
const faultOf = (work: Promise<unknown>): Promise<Fault> =>
  work.then(() => { throw new Error('it went well') }, (error: unknown) => {
    if (error instanceof Fault) return error
    throw error
  })

onServers('trouble with a server', (name) => {
  let server: Server
  let drop: () => Promise<void>
  let admin: SQL
  let sql: ServerSql
  const opened: ServerSql[] = []
  const open = (more: Partial<Server> = {}, options: Parameters<typeof openServer>[1] = {}): ServerSql => {
    const one = openServer({ ...server, ...more }, options)
    opened.push(one)
    return one
  }

  beforeEach(async () => {
    ({ server, drop } = await freshDatabase(name))
    admin = administrator(name)
    sql = open()
    await migrate(sql, now)
    await sql.run('create table t (id integer primary key, x text)')
  })
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()))
    await admin.close()
    await drop()
  })
  const rows = async () => (await open().all<{ id: number; x: string }>('select id, x from t order by id')).map((one) => `${one.id} ${one.x}`)
  /** Ends a session as an administrator does, and waits until it is gone. */
  const kill = async (own: { all: ServerSql['all'] }) => {
    const [row] = await own.all<{ id: number }>(`select ${name === 'postgresql' ? 'pg_backend_pid()' : 'connection_id()'} as id`)
    const id = Number(row?.id)
    await admin.unsafe(name === 'postgresql' ? `select pg_terminate_backend(${id}, 5000)` : `kill ${id}`)
  }

  test('a transaction whose connection is killed in its middle is done again, whole and once', async () => {
    let times = 0
    const end = await sql.transaction(async (tx) => {
      times += 1
      await tx.run("insert into t (id, x) values (1, 'one')")
      if (times === 1) await kill(tx)
      await tx.run("insert into t (id, x) values (2, 'two')")
      return 'done'
    })
    expect([end, times, await rows()]).toEqual(['done', 2, ['1 one', '2 two']])
  })

  test('a commit whose answer was lost is not done again: nobody knows whether it was', async () => {
    const wire = await aWire()
    wire.lead(name)
    const far = open({ socket: null, host: '127.0.0.1', port: wire.port })
    const insert = (id: number) => far.transaction(async (tx) => void await tx.run('insert into t (id, x) select coalesce(max(id), 0) + 1, ? from t', [`by ${id}`]))
    await insert(1)
    wire.strike(null)
    await insert(2)
    wire.strike({ from: 'server', at: wire.counts().commits.server[0] ?? 0, how: 'lost' })
    const fault = await faultOf(insert(3))
    wire.strike(null)
    expect([fault instanceof Away, fault.message]).toEqual([true, expect.stringContaining('was lost')])
    expect(await rows()).toEqual(['1 by 1', '2 by 2', '3 by 3'])
    await insert(4)
    expect(await rows()).toEqual(['1 by 1', '2 by 2', '3 by 3', '4 by 4'])
    await far.close()
    wire.close()
  })

  test('a connection that takes no writes any more is left for another one', async () => {
    await sql.run(name === 'postgresql' ? 'set default_transaction_read_only = on' : 'set session transaction read only')
    await sql.transaction((tx) => tx.run("insert into t (id, x) values (1, 'one')"))
    expect(await rows()).toEqual(['1 one'])
  })

  test('a question whose connection was killed is asked again', async () => {
    await sql.all('select 1 as one')
    await kill(sql)
    expect(await sql.all('select count(*) as n from t')).toEqual([{ n: 0 }])
  })

  test('writers of several processes take turns', async () => {
    const [first, second] = [open(), open()]
    const order: string[] = []
    const begun = Promise.withResolvers<void>()
    const go = Promise.withResolvers<void>()
    const one = first.transaction(async (tx) => {
      await tx.run("insert into t (id, x) values (1, 'one')")
      begun.resolve()
      await go.promise
      order.push('first')
    })
    await begun.promise
    const two = second.transaction(async (tx) => {
      order.push('second')
      expect(await tx.all('select id from t')).toEqual([{ id: 1 }])
    })
    await Bun.sleep(100)
    go.resolve()
    await Promise.all([one, two])
    expect(order).toEqual(['first', 'second'])
  })

  test('a writer that another one keeps waiting for too long says so', async () => {
    const go = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    const one = sql.transaction(async () => {
      begun.resolve()
      await go.promise
    })
    await begun.promise
    const fault = await faultOf(open({}, { patienceMs: 1000 }).transaction(async () => undefined))
    go.resolve()
    await one
    expect([fault instanceof Away, fault.message]).toEqual([true, expect.stringContaining('is kept by another writer')])
  }, 30_000)

  test('a row that another one wrote first ends the batch as overtaken', async () => {
    await sql.run("insert into t (id, x) values (1, 'one')")
    expect(await sql.transaction((tx) => tx.run("insert into t (id, x) values (1, 'two')")).catch((error: unknown) => error)).toBeInstanceOf(Overtaken)
    expect(await rows()).toEqual(['1 one'])
  })

  test('two that lock each other out do not end the work', async () => {
    await sql.run("insert into t (id, x) values (1, 'one')")
    await sql.run("insert into t (id, x) values (2, 'two')")
    const person = administrator(name, server.database)
    await person.unsafe('begin')
    await person.unsafe("update t set x = 'person' where id = 2")
    let other: Promise<unknown> = Promise.resolve()
    const mine = sql.transaction(async (tx) => {
      await tx.run("update t set x = 'mine' where id = 1")
      other = person.unsafe("update t set x = 'person' where id = 1").then(() => person.unsafe('commit')).catch(() => person.unsafe('rollback'))
      await tx.run("update t set x = 'mine' where id = 2")
    })
    await mine
    await other
    await person.close()
    expect((await rows()).length).toBe(2)
  }, 60_000)

  test('a question that takes too long is ended', async () => {
    const slow = open({}, { statementMs: 300 })
    const text = name === 'postgresql' ? 'select pg_sleep(20)' : 'select count(*) as n from (select sleep(20) as s union select 1) t'
    const fault = await faultOf(slow.all(text))
    expect(fault.message).toContain('took too long')
  }, 15_000)

  test('a server that is not there is a fault that names it, and not who asks', async () => {
    const fault = await faultOf(open({ socket: null, host: '127.0.0.1', port: 1, username: 'secret-user', password: 'secret-word' }).all('select 1'))
    expect(fault).toBeInstanceOf(Away)
    expect(fault.message).toMatch(/^the (PostgreSQL|MariaDB) database "t_[0-9a-f]+" at 127\.0\.0\.1:1 does not answer$/)
    expect(fault.sentence).not.toContain('secret')
  })

  test.skipIf(name !== 'postgresql')('a host that falls silent keeps its watches for a minute or so', async () => {
    const { port } = running(name) ?? { port: 0 }
    const [row] = await open({ socket: null, host: '127.0.0.1', port }).all(
      "select current_setting('tcp_keepalives_idle') as idle, current_setting('tcp_user_timeout') as most")
    expect(row).toEqual({ idle: '30', most: '60000' })
  })

  test.skipIf(name !== 'postgresql')('a value that is too long for an index of a person is told with what to do', async () => {
    await sql.run('create index ix_t on t (x)')
    const long = Array.from({ length: 200 }, () => crypto.randomUUID()).join('')
    const fault = await faultOf(sql.run('insert into t (id, x) values (1, ?)', [long]))
    expect(fault.sentence).toMatch(/cannot keep a value: .*index "ix_t"; if it names an index of a column of the plugin, drop that index/)
    expect(fault.sentence).not.toContain(long.slice(0, 100))
  })

  test('a database that is not there is told with the statement that makes it', async () => {
    const { sentence } = await faultOf(open({ database: 'nowhere' }).all('select 1'))
    expect(sentence).toMatch(/"nowhere" at .* is not there; make it: create database .nowhere./)
  })

  test('missing privileges are told with the statements that grant them, until all is allowed', async () => {
    const user = `u_${server.database.slice(2, 12)}`
    const isPostgresql = name === 'postgresql'
    const owner = administrator(name, server.database)
    await admin.unsafe(isPostgresql ? `create user ${user}` : `create user ${user}@localhost identified by 'word'`)
    if (isPostgresql) await owner.unsafe('create table u (id integer generated by default as identity, x text)')
    const told: string[] = []
    const allow = async (work: (weak: ServerSql) => Promise<unknown>): Promise<void> => {
      const weak = open({ username: user, password: isPostgresql ? null : 'word' })
      const fault = await work(weak).then(() => null, (error: unknown) => error)
      await weak.close()
      if (fault === null) return
      if (!(fault instanceof Fault) || told.length > 4) throw fault
      const [, statements = ''] = /; let an administrator say: (.*)$/.exec(fault.sentence) ?? []
      expect(fault.sentence).not.toContain(user)
      told.push(statements)
      await owner.unsafe(statements.replaceAll('USER', isPostgresql ? user : `${user}@localhost`))
      return allow(work)
    }
    await allow((weak) => weak.run(isPostgresql ? 'insert into u (x) values (?)' : 'insert into t (id, x) values (1, ?)', ['x']))
    await allow((weak) => weak.run('alter table t add column y integer'))
    if (isPostgresql) {
      await allow((weak) => weak.run('alter index files_pkey rename to files_pk'))
      expect(told.pop()).toContain('alter table %I owner to USER')
    }
    expect(told).toEqual(isPostgresql
      ? ['grant all on schema public to USER; grant all on all tables in schema public to USER; grant all on all sequences in schema public to USER', 'alter table t owner to USER']
      : [`grant all on \`${server.database}\`.* to USER`])
    if (isPostgresql) await owner.unsafe(`reassign owned by ${user} to current_user; drop owned by ${user}`)
    await owner.unsafe(`drop user ${user}${isPostgresql ? '' : '@localhost'}`)
    await owner.close()
  })

  test('what cannot be written is told; reading goes on', async () => {
    const readonly = open({}, { readonly: true })
    const fault = await faultOf(readonly.transaction((tx) => tx.run("insert into t (id, x) values (1, 'x')")))
    expect([fault instanceof Away, fault.message]).toEqual([true, expect.stringContaining('read only')])
    expect(await readonly.all('select id from t')).toEqual([])
  })

  test('a wrong encoding or collation is refused with the statement that mends it', async () => {
    if (name === 'postgresql') {
      const database = `${server.database}_latin`
      await admin.unsafe(`create database ${database} encoding 'LATIN1' locale 'C' template template0`)
      const { sentence } = await faultOf(open({ database }).all('select 1'))
      expect(sentence).toContain(`make one that can: create database "${database}_utf8" encoding 'UTF8'`)
      await admin.unsafe(`drop database ${database} with (force)`)
      return
    }
    await sql.run('alter table events convert to character set latin1')
    const { remedy } = await faultOf(open().all('select 1'))
    expect(remedy).toBe('alter table events convert to character set utf8mb4 collate utf8mb4_nopad_bin')
    await sql.run(remedy ?? '')
    await requireCurrentSchema(open())
  })
})
