import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../binary/project.ts'
import { anOwnProject, type OwnProject } from './an-own-project.ts'
import { askingScript, deliveries, everyCommand, plugin } from './every-command.ts'
import { ownServers, type OwnServer, type OwnServers } from './own.ts'
import { isFull, onServers } from './servers.ts'

setDefaultTimeout(240_000)

const [user, word] = ['hidden_user', 'hidden-word']

onServers('a login', (name) => {
  let servers: OwnServers
  let server: OwnServer
  let project: OwnProject
  let ca = ''
  const isPostgresql = name === 'postgresql'

  const start = () => {
    const key = join(server.prepared.home.directory, 'key.pem')
    return server.start(isPostgresql
      ? { ssl: 'on', ssl_cert_file: ca, ssl_key_file: key } : { ssl_cert: ca, ssl_key: key, ssl_ca: ca, skip_name_resolve: 1 })
  }

  /** A server that lets this user in by its password alone, and by TLS alone. */
  beforeAll(async () => {
    servers = ownServers(name)
    server = await servers.make('own')
    const { home, data } = server.prepared
    ca = join(servers.folder, 'cert.pem')
    const key = join(home.directory, 'key.pem')
    const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost',
      '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', ca], { encoding: 'utf8' })
    if (made.status !== 0) throw new Error(made.stderr)
    chmodSync(key, 0o600)
    const { uid, gid } = home.owner
    if (uid !== undefined && gid !== undefined) chownSync(key, uid, gid)
    if (isPostgresql) {
      writeFileSync(join(data, 'pg_hba.conf'), `local all carbonation trust\nlocal all all scram-sha-256\nhostssl all ${user} 127.0.0.1/32 scram-sha-256\n`)
    }
    await start()
    if (isPostgresql) await server.ask(`create role ${user} login password '${word}'`)
    else for (const host of ['localhost', '127.0.0.1']) await server.ask(`create user ${user}@${host} identified by '${word}' require ${host === 'localhost' ? 'none' : 'ssl'}`)
  })
  afterAll(() => servers.close())
  afterEach(() => project.close())

  const byTls = (host: string, mode: string): string =>
    `host = "${host}"\nport = ${server.prepared.port}\nsslmode = "${mode}"${mode.startsWith('verify') ? `\nsslrootcert = "${ca}"` : ''}`
  const open = async (address: string, login: string) => {
    project = await anOwnProject(server, {
      address, user: login, plugin, service: 'heartbeat_interval = "1s"\n[logging]\nfile = "log.txt"\nlevel = "DEBUG"',
    })
    if (isPostgresql) await server.ask(`alter database ${project.database} owner to ${user}`)
    else for (const host of ['localhost', '127.0.0.1']) await server.ask(`grant all on ${project.database}.* to ${user}@${host}`)
    project.write('ask.ts', askingScript)
  }
  const initialized = async () => {
    const { code, out, err } = await project.run('db', 'init')
    return [code, code === 0 ? '' : `${out}${err}`]
  }
  const inConfig = `username = "${user}"\npassword = "${word}"`

  const ways: readonly (readonly [string, () => string])[] = [
    ['by a socket', () => ''], ['by TLS', () => byTls('127.0.0.1', 'require')], ['by TLS if there is any', () => byTls('127.0.0.1', 'prefer')],
    ['by TLS with a certificate that is known', () => byTls('127.0.0.1', 'verify-ca')], ['by TLS with the certificate of that host', () => byTls('localhost', 'verify-full')],
  ]
  test.each(ways)('%s works', async (_, address) => {
    await open(address() || `socket = "${server.prepared.socket}"\nport = ${server.prepared.port}`, inConfig)
    expect(await initialized()).toEqual([0, ''])
  })

  test('without TLS, where the server wants it, and with a certificate that nobody knows, is refused', async () => {
    await open(byTls('127.0.0.1', 'disable'), inConfig)
    expect((await initialized()).join(' ')).toMatch(/^1 .*refuses the login/s)
    project.write('config.toml', (project.read('config.toml') ?? '').replace('sslmode = "disable"', 'sslmode = "verify-full"'))
    expect((await initialized()).join(' ')).toMatch(/^1 .*cannot be reached by TLS as sslmode = "verify-full" asks/s)
  })

  test('takes its password from secrets.toml, or from a file of its own', async () => {
    await open(byTls('127.0.0.1', 'require'), '')
    project.write('home/.config/carbonation/secrets.toml', `[database]\n${inConfig}\n`)
    chmodSync(`${project.root}/home/.config/carbonation/secrets.toml`, 0o600)
    expect(await initialized()).toEqual([0, ''])
    project.write('home/.config/carbonation/secrets.toml', '')
    project.write('word', `${word}\n`)
    chmodSync(`${project.root}/word`, 0o600)
    project.write('config.toml', (project.read('config.toml') ?? '').replace('sslmode', `username = "${user}"\npassword_file = "word"\nsslmode`))
    expect(await initialized()).toEqual([0, ''])
  })

  /** All that the program wrote, but for what the test wrote itself. */
  const written = (): string => readdirSync(project.root, { recursive: true, encoding: 'utf8' })
    .filter((path) => !/^(config\.toml|word$|home)/.test(path) && statSync(join(project.root, path)).isFile())
    .map((path) => readFileSync(join(project.root, path), 'latin1')).join('\n')

  test('is nowhere to be read: not in what any command says, not in logs, files, the ledger or the list of processes', async () => {
    await open(byTls('127.0.0.1', 'require'), inConfig)
    for (const [file, content] of Object.entries(deliveries)) project.deliver({ [file]: content })
    const good = project.read('config.toml') ?? ''
    const troubles: readonly (readonly [string, string])[] = [
      ['as it is', good], ['another password', good.replace(word, 'hidden-other')], ['another user', good.replace(user, 'hidden_other')],
      ['another database', good.replace(/name = "t_/, 'name = "t_other')], ['another port', good.replace(/^port = .*$/m, 'port = 1')],
      ['no TLS', good.replace('"require"', '"disable"')], ['another certificate', good.replace('"require"', '"verify-full"')],
      ['a mistake beside it', good.replace('password =', 'passwort = "hidden-word"\npassword =')], ['a password that is no text', good.replace(`"${word}"`, `["${word}"]`)],
    ]
    const few = [['check-config', '--json'], ['run', '--once'], ['status', '--json']]
    for (const [trouble, config] of troubles) {
      project.write('config.toml', config)
      for (const command of isFull ? everyCommand : few) {
        const { out, err } = await project.run(...command)
        expect([trouble, command, `${out}${err}`]).toEqual([trouble, command, expect.not.stringMatching(/hidden/)])
      }
    }
    project.write('config.toml', good)
    const service = project.start('run')
    await until(() => service.said().includes('alive'), 'the service')
    const processes = readdirSync(`/proc/${service.pid}/task`).map((thread) =>
      ['cmdline', 'environ', 'comm'].map((file) => readFileSync(`/proc/${service.pid}/task/${thread}/${file}`, 'latin1')).join(' ')).join(' ')
    expect(processes).not.toContain('hidden')
    await server.stop('fast')
    await until(() => /ERROR the .* (does not answer|was lost|starting or stopping)/.test(service.said()), 'a word about the loss')
    await start()
    await until(() => service.said().includes('the work goes on'), 'its end')
    const { err } = await service.stop()
    expect(err).not.toContain('hidden')
    expect(written()).not.toContain('hidden')
    expect(JSON.stringify(await server.ask('select detail, actor from events', project.database))).not.toContain('hidden')
  })
})
