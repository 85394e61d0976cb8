import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test'
import { onServers, running } from '../servers/servers.ts'
import { aWire, type Wire } from '../servers/wire.ts'
import { onServer, type ProjectDatabase } from './database.ts'
import { aProject, pairRules, until, type Project } from './project.ts'

setDefaultTimeout(300_000)

/** An answer that the driver lost is missed after a minute. */
const patienceMs = 130_000

/** The program over a server that it reaches by a wire of ours, which can be cut. */
onServers('the program', (name) => {
  let project: Project
  let wire: Wire
  const database = onServer
  const open = (one: ProjectDatabase = database(name), config: (text: string) => string = (text) => text) => {
    wire.lead(name)
    const text = one.config.replace(/socket = .*\nport = .*/, `host = "127.0.0.1"\nport = ${wire.port}`)
    project = aProject({
      database: { ...one, config: config(text) }, service: 'heartbeat_interval = "1s"\nscan_interval = "1s"',
      rules: `${pairRules()}[r.metadata]\nmodule = "file_model"\n`,
      plugin: "export const columns = { n: { type: 'integer' }, start: { type: 'datetime' } }\n" +
        "export const extract = (paths) => {\n  if (paths[0].includes('bad')) throw new Error('no header')\n" +
        "  return { n: 7, start: '2026-11-21T10:00:00Z' }\n}\n",
    })
  }
  beforeEach(async () => {
    wire = await aWire()
  })
  afterEach(async () => {
    await project.close()
    wire.close()
  })
  const pair = (stem: string) => project.deliver({ [`${stem}.txt`]: `text of ${stem}`, [`${stem}.json`]: '{}' })

  test('archives, answers, tries again and reconciles as over SQLite', async () => {
    open()
    pair('a')
    pair('bad')
    const first = await project.run('run', '--once')
    expect([first.code, first.err]).toEqual([0, expect.stringContaining(`made the database tables in ${name === 'mariadb' ? 'MariaDB' : 'PostgreSQL'} database "t_`)])
    expect(Object.keys(project.archived())).toEqual(['kept/a.json', 'kept/a.txt'])
    const asked = ['--group-key', 'A%', '--n-min', '7', '--start-after', '2026-11-01', '--order-by', '-start', '--format', 'json']
    const rows = JSON.parse((await project.run('query', 'files', ...asked)).out)
    expect(rows).toMatchObject([{ group_key: 'a', complete: true, n: 7, start: '2026-11-21T10:00:00.000Z' }])
    const status = JSON.parse((await project.run('status', '--json')).out)
    expect([status.components.archived.total, status.retry_queue, status.ledger.unaccounted]).toEqual([2, 2, 0])
    for (const command of [
      ['retry', '--status', 'failed'], ['db', 'status'], ['db', 'check'], ['db', 'init'], ['db', 'upgrade'], ['reconcile', 'archive'],
      ['reconcile', 'delivery'], ['explain', 'delivery/a.txt'], ['query', 'components'], ['run', '--once'], ['run', '--dry-run'],
      ['dismiss', '--group-key', 'bad', '--reason', 'known'], ['extract'], ['check-config'],
    ]) {
      const { code, err } = await project.run(...command)
      expect([command.join(' '), code, code === 0 ? '' : err]).toEqual([command.join(' '), 0, ''])
    }
    project.write('news.ts', `
      import { connect, session } from 'carbonation'
      await using db = await connect('config.toml')
      const { rows, cursor } = await db.getNewFiles()
      const again = await db.getNewFiles(cursor)
      const sql = await session('config.toml')
      const [{ n }] = await sql\`select count(*) as n from files where group_key in \${['a', 'b']}\`
      await sql.close()
      console.log(JSON.stringify([rows.map((one) => [one.group_key, one.start.toISOString()]), again.rows.length, n]))
    `)
    const news = await project.run('exec', 'news.ts')
    expect([JSON.parse(news.out || 'null'), news.err]).toEqual([[[['a', '2026-11-21T10:00:00.000Z']], 0, 1], ''])
  })

  const isAllArchived = (count: number): boolean => {
    const standings = Object.keys(project.archived()).length === count ? project.standings() : []
    return standings.length === count && standings.every((one) => one.endsWith(' archived'))
  }

  test('waits for a server that refuses it at the start, and lives through one that is lost again and again', async () => {
    open()
    wire.cut()
    const service = project.start('run')
    const log = () => service.said()
    await until(() => log().includes('does not answer'), 'a word about the server')
    for (let round = 0; round < 12; round += 1) {
      wire.lead(name)
      pair(`r${round}`)
      await Bun.sleep(150 + 50 * round)
      wire.cut()
      await Bun.sleep(100)
    }
    wire.lead(name)
    await until(() => isAllArchived(24), 'the archive', patienceMs)
    const [first, last] = [log().indexOf('ERROR the '), () => log().lastIndexOf('ERROR the ')]
    await until(() => last() === first || log().lastIndexOf('the work goes on') > last(), 'the end of the trouble')
    const mark = log().length
    wire.cut()
    pair('late')
    await until(() => /ERROR .* (does not answer|was lost)/.test(log().slice(mark)), 'a word about the loss')
    wire.lead(name)
    await until(() => isAllArchived(26), 'the archive', patienceMs)
    const { code } = await service.stop()
    expect(code).toBe(0)
    expect(log().slice(mark)).toContain('the work goes on')
    expect(project.rows("select count(*) as n from file_components where status = 'archived'")).toEqual([{ n: 26 }])
    expect(project.rows("select count(*) as n from events where to_status = 'archived' and from_status <> 'archived'")).toEqual([{ n: 26 }])
    const check = await project.run('db', 'check')
    expect([check.code, check.out]).toEqual([0, 'Looked at 26 components in 13 groups: nothing is wrong.\n'])
  })

  test('a pass leaves the watches to a service of another host', async () => {
    open()
    const service = project.start('run')
    await until(() => project.rows('select 1 as one from service_state').length > 0, 'the service')
    const { code, err } = await project.run('run', '--once')
    expect([code, err]).toEqual([0, 'another carbonation works on w already; this pass leaves it to that one\n'])
    expect((await service.stop()).code).toBe(0)
    expect((await project.run('run', '--once')).err).toBe('')
  })

  test('never shows a credential', async () => {
    const { username } = running(name) ?? { username: '' }
    open(database(name), (text) => text.replace(`"${username}"`, '"hidden-user"\npassword = "hidden-word"'))
    for (const command of [['check-config'], ['run', '--once'], ['status', '--json'], ['status', '--check'], ['db', 'init'], ['db', 'status', '--json']]) {
      const { out, err, code } = await project.run(...command)
      expect([command[0], `${out}${err}`]).toEqual([command[0], expect.not.stringContaining('hidden-')])
      if (command[0] === 'run') expect([code, err]).toEqual([1, expect.stringMatching(/refuses the login|is not there/)])
    }
  })
})
