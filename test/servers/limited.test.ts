import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test'
import { rmSync } from 'node:fs'
import { SQL } from 'bun'
import { until } from '../binary/project.ts'
import { canMount, fillWith, mountSmallDisk, unmount } from '../binary/small-disk.ts'
import { anOwnProject } from './an-own-project.ts'
import { ownServers, type OwnServer, type OwnServers } from './own.ts'
import { isFull, onServers } from './servers.ts'

setDefaultTimeout(300_000)

onServers('the program over a server that refuses', (name) => {
  let servers: OwnServers
  let server: OwnServer
  let disk: string | null = null
  beforeEach(() => {
    servers = ownServers(name)
  })
  afterEach(async () => {
    await server.stop('fast')
    if (disk !== null) unmount(disk)
    disk = null
    await servers.close()
  })
  const isPostgresql = name === 'postgresql'
  const said = (service: { said(): string }, from: number, words: RegExp) => until(() => words.test(service.said().slice(from)), `${words}; it said ${service.said().slice(from)}`)

  test('waits while it takes no more connections, and goes on when it does', async () => {
    server = await servers.make('few')
    await server.start({ max_connections: 8 })
    const project = await anOwnProject(server, { owner: 'app' })
    const { socketFile, username } = server.prepared
    const others: SQL[] = []
    const takeAll = async () => {
      for (let isRoom = true; isRoom;) {
        const one = new SQL({ adapter: isPostgresql ? 'postgres' : 'mariadb', path: socketFile, username, database: isPostgresql ? 'postgres' : 'mysql', max: 1 })
        isRoom = await one.unsafe('select 1').then(() => true, () => false)
        others.push(one)
      }
    }
    const giveBack = () => Promise.all(others.splice(0).map((one) => one.close({ timeout: 0 })))
    await takeAll()
    project.pair('a')
    // What a server says while it hangs up may be lost on a busy machine; then it "does not answer".
    const refusals: { readonly code: number; readonly err: string }[] = []
    while (refusals.length < 5 && !refusals.some((one) => one.err.includes('takes no more'))) refusals.push(await project.run('run', '--once'))
    expect(refusals.at(-1)).toMatchObject({ code: 1, err: expect.stringMatching(/takes no more connections\n {2}raise its limit/) })
    const service = project.start('run')
    await said(service, 0, /ERROR the .* takes no more connections; .*this service waits for it/)
    await giveBack()
    await project.untilAllThere(service)
    expect((await service.stop()).code).toBe(0)
    await project.expectExact()
    await project.close()
  })

  test('does no work while it is read only, and goes on when it takes writes', async () => {
    server = await servers.make('readonly')
    await server.start()
    const project = await anOwnProject(server, { owner: 'app' })
    const service = project.start('run')
    project.pair('before')
    await project.untilAllThere(service)
    const set = (to: 'on' | 'off') => (isPostgresql
      ? server.ask(`alter system set default_transaction_read_only = ${to}`).then(() => server.ask('select pg_reload_conf()'))
      : server.ask(`set global read_only = ${to === 'on' ? 1 : 0}`))
    const asAdministrator = await anOwnProject(server)
    expect(await asAdministrator.run('db', 'init')).toMatchObject({ code: 0 })
    await set('on')
    const mark = service.said().length
    await said(service, mark, /ERROR the .* cannot be written: it is read only/)
    project.pair('meanwhile')
    expect((await project.run('status')).code).toBe(0)
    expect(await project.run('run', '--once')).toMatchObject({ code: 1, err: expect.stringMatching(/cannot be written: it is read only\n {2}let the server take writes/) })
    expect(await project.run('retry')).toMatchObject({ code: 1, err: expect.stringContaining('it is read only') })
    expect(await asAdministrator.run('run', '--once')).toMatchObject({ code: 1, err: expect.stringContaining('it is read only') })
    await asAdministrator.close()
    expect(Object.keys(project.archived())).not.toContain('kept/meanwhile.txt')
    await set('off')
    await project.untilAllThere(service)
    await said(service, mark, /the work goes on/)
    expect((await service.stop()).code).toBe(0)
    await project.expectExact()
    await project.close()
  })

  test.skipIf(!canMount())('goes on when its disk was full and has room again', async () => {
    disk = `${servers.folder}/disk`
    mountSmallDisk(disk, isPostgresql ? '96m' : '160m')
    server = await servers.make('full', disk)
    await server.start(isPostgresql ? { max_wal_size: '32MB', min_wal_size: '32MB', wal_init_zero: 'off', fsync: 'on' } : { innodb_file_per_table: 1 })
    const project = await anOwnProject(server, { owner: 'app' })
    const service = project.start('run')
    project.pair('before')
    await project.untilAllThere(service)
    fillWith(`${disk}/ballast`, 256 * 1024 * 1024)
    const mark = service.said().length
    for (let n = 0; n < (isFull ? 3000 : 600); n += 1) project.pair(`p${n}`)
    await said(service, mark, /ERROR the .* (has no room|does not answer|was lost|starting or stopping)/)
    rmSync(`${disk}/ballast`)
    await server.ask('select 1').catch(() => server.stop('killed').then(() => server.start()))
    await project.untilAllThere(service, 120_000)
    expect((await service.stop()).code).toBe(0)
    await project.expectExact()
    await project.close()
  })

  test.skipIf(!isFull)('goes on when a person held its tables for longer than a statement may take', async () => {
    server = await servers.make('slow')
    await server.start()
    const project = await anOwnProject(server)
    const service = project.start('run')
    project.pair('before')
    await project.untilAllThere(service)
    const { socketFile, username } = server.prepared
    const person = new SQL({ adapter: isPostgresql ? 'postgres' : 'mariadb', path: socketFile, username, database: project.database, max: 1 })
    if (isPostgresql) await person.unsafe('begin')
    await person.unsafe(isPostgresql ? 'lock table files, service_state in access exclusive mode' : 'lock tables files write, service_state write')
    project.pair('meanwhile')
    await until(() => /ERROR the .* (is kept by another writer|took too long)/.test(service.said()), 'a word about it', 120_000)
    await person.close({ timeout: 0 })
    await project.untilAllThere(service)
    expect((await service.stop()).code).toBe(0)
    await project.expectExact()
    await project.close()
  })
})
