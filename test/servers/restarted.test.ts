import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { until } from '../binary/project.ts'
import { canListen, listen } from '../edges/notify-listener.ts'
import { anOwnProject } from './an-own-project.ts'
import { ownServers, type Ending, type OwnServer, type OwnServers } from './own.ts'
import { isFull, onServers } from './servers.ts'

setDefaultTimeout(240_000)

onServers('the program over a server that ends and comes back', (name) => {
  let servers: OwnServers
  let server: OwnServer
  beforeAll(async () => {
    servers = ownServers(name)
    server = await servers.make('own')
    await server.start({ ...(name === 'postgresql' ? { fsync: 'on' } : { innodb_flush_log_at_trx_commit: 1 }) })
  })
  afterAll(() => servers.close())

  const endings: readonly Ending[] = isFull ? ['fast', 'immediate', 'killed'] : ['killed']

  test('goes on after each ending, also out of the middle of its work; nothing is lost, nothing there twice', async () => {
    const project = await anOwnProject(server)
    const service = project.start('run')
    project.pair('before')
    await project.untilAllThere(service)
    for (const how of endings) {
      for (let n = 0; n < 300; n += 1) project.pair(`${how}-${n}`)
      const begun = await project.archivedCount()
      await until(() => Object.keys(project.archived()).length > begun + 20, 'the work to begin')
      const mark = service.said().length
      await server.stop(how)
      project.pair(`${how}-while-away`)
      await until(() => /ERROR the .* (does not answer|was lost|is starting or stopping)/.test(service.said().slice(mark)), 'a word about the loss')
      const stated = await project.run('status')
      expect([stated.code, stated.err]).toEqual([1, expect.stringMatching(/does not answer\n {2}check that the server runs/)])
      expect((await project.run('status', '--check')).out).toMatch(/^CARBONATION UNKNOWN - .* does not answer/)
      expect(Object.keys(project.archived())).not.toContain(`kept/${how}-while-away.txt`)
      await server.start()
      await project.untilAllThere(service)
      await until(() => service.said().slice(mark).includes('the work goes on'), 'a word about its end')
    }
    expect(await service.stop()).toMatchObject({ code: 0 })
    await project.expectExact()
    await project.close()
  })

  test.skipIf(!canListen)('is ready for its service manager while it waits, says for what, and is not taken for dead', async () => {
    const address = `@carbonation-test-${process.pid}-${name}`
    const project = await anOwnProject(server, { behind: ['env', `NOTIFY_SOCKET=${address}`] })
    using manager = listen(address)
    await server.stop('fast')
    const service = project.start('run')
    const heard: string[] = []
    await until(() => {
      heard.push(...manager.received())
      return heard.filter((one) => one === 'WATCHDOG=1').length > 2
    }, 'the watchdog to be fed twice')
    expect(heard).toContain('READY=1')
    expect(heard).toContainEqual(expect.stringMatching(/^STATUS=waiting for the database: the .* does not answer; check/))
    await server.start()
    project.pair('a')
    await project.untilAllThere(service)
    await until(() => {
      heard.push(...manager.received())
      return heard.findLastIndex((one) => one.startsWith('STATUS=')) > heard.findLastIndex((one) => one.includes('waiting'))
    }, 'a word that the waiting is over')
    expect((await service.stop()).code).toBe(0)
    await project.close()
  })
})
