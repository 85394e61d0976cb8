// How a PostgreSQL and a MariaDB of one's own are made and started, each with a directory, a socket and a port of its own.
import { spawn, spawnSync } from 'node:child_process'
import { chownSync, closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { createConnection, createServer } from 'node:net'
import { join } from 'node:path'

const isRoot = process.getuid?.() === 0
const quiet = { LC_ALL: 'C.UTF-8', PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }

/** Makes the directory `name` in a folder, with an empty server in it. Throws where the engine is not installed. */
export const prepare = async (engine, folder, name) => {
  const prepared = { ...(await { postgresql: preparePostgresql, mariadb: prepareMariadb }[engine](folder, name)), engine }
  return { ...prepared, log: join(folder, `${name}.log`) }
}

/** Starts it and waits until it takes connections. A server dies with this process, whatever ends that. */
export const start = async (prepared, settings = {}) => {
  const { program, args, home, log } = prepared
  const options = { ...prepared.settings, ...settings }
  const all = [...args, ...Object.entries(options).flatMap(([name, value]) =>
    (prepared.engine === 'postgresql' ? ['-c', `${name}=${value}`] : [`--${name.replaceAll('_', '-')}=${value}`]))]
  const output = openSync(log, 'a')
  const bound = existsSync('/usr/bin/setpriv') ? ['/usr/bin/setpriv', '--pdeathsig', 'KILL', program, ...all] : [program, ...all]
  const server = spawn(bound[0], bound.slice(1), { ...asOwner(home), detached: true, stdio: ['ignore', output, output] })
  closeSync(output)
  server.on('error', () => undefined)
  await untilThere(prepared, server)
  return server
}

/** Ends it, and waits for that: with a signal, or all of its processes at once. */
export const end = (server, signal) =>
  new Promise((resolve) => {
    if (server.exitCode !== null || server.signalCode !== null) return resolve()
    const late = setTimeout(() => killAll(server), 20_000)
    server.once('exit', () => {
      clearTimeout(late)
      resolve()
    })
    if (signal === 'SIGKILL') killAll(server)
    else server.kill(signal)
  })

/** What it consists of is one group of processes. */
const killAll = (server) => {
  try {
    process.kill(-server.pid, 'SIGKILL')
  } catch {
    server.kill('SIGKILL')
  }
}

/** Where the programs of PostgreSQL are. */
export const postgresqlPrograms = () => {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql').sort((a, b) => b - a) : []
  const bin = versions.map((one) => join('/usr/lib/postgresql', one, 'bin')).find((one) => existsSync(join(one, 'initdb')))
  if (bin === undefined) throw new Error('there is no /usr/lib/postgresql/*/bin/initdb (Debian: apt-get install postgresql)')
  return bin
}

const preparePostgresql = async (folder, name) => {
  const bin = postgresqlPrograms()
  const home = homeFor(folder, name, 'postgres')
  const [data, port] = [join(home.directory, 'data'), await freePort()]
  must(spawnSync(join(bin, 'initdb'), ['-D', data, '-U', 'carbonation', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'], asOwner(home)))
  return {
    home, data, port, bin, socket: home.directory, socketFile: join(home.directory, `.s.PGSQL.${port}`), username: 'carbonation',
    program: join(bin, 'postgres'), args: ['-D', data],
    settings: { unix_socket_directories: home.directory, port, listen_addresses: '127.0.0.1', fsync: 'off', max_connections: 200 },
  }
}

const prepareMariadb = async (folder, name) => {
  const program = ['/usr/sbin/mariadbd', '/usr/libexec/mariadbd'].find((one) => existsSync(one))
  if (program === undefined) throw new Error('there is no /usr/sbin/mariadbd (Debian: apt-get install mariadb-server)')
  const home = homeFor(folder, name, 'mysql')
  const [data, port, socket] = [join(home.directory, 'data'), await freePort(), join(home.directory, 's')]
  must(spawnSync('mariadb-install-db', [
    '--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db', '--innodb-log-file-size=8M',
    ...(isRoot ? ['--user=mysql'] : []),
  ], { env: quiet, encoding: 'utf8' }))
  return {
    home, data, port, socket, socketFile: socket, username: 'root', program, args: ['--no-defaults'],
    settings: {
      // One that starts removes what it finds of others in a directory that they share.
      tmpdir: home.directory,
      datadir: data, socket, port, bind_address: '127.0.0.1', pid_file: `${home.directory}/pid`, innodb_log_file_size: '8M',
      innodb_flush_log_at_trx_commit: 0, innodb_buffer_pool_size: '64M', max_connections: 200,
    },
  }
}

/** A directory of its user, since the servers refuse to run as root. */
const homeFor = (folder, name, user) => {
  const directory = join(folder, name)
  mkdirSync(directory, { recursive: true })
  if (!isRoot) return { directory, owner: {} }
  const [uid, gid] = ['-u', '-g'].map((which) => Number(spawnSync('id', [which, user], { encoding: 'utf8' }).stdout))
  if (!uid) throw new Error(`there is no user ${user} for it to run as`)
  chownSync(directory, uid, gid)
  return { directory, owner: { uid, gid } }
}

/** How a program is run as the owner of a server. */
export const asOwner = ({ directory, owner }) => ({ env: quiet, encoding: 'utf8', cwd: directory, ...owner })

export const must = ({ status, stderr, error }) => {
  if (status !== 0) throw new Error(`its data directory cannot be made: ${error?.message ?? String(stderr).trim().slice(-300)}`)
}

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })

const untilThere = async ({ socketFile, log }, server) => {
  for (let time = 0; time < 600; time += 1) {
    if (server.exitCode !== null || server.signalCode !== null) break
    if (existsSync(socketFile) && (await isListening(socketFile))) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  killAll(server)
  throw new Error(`it does not start: ${readFileSync(log, 'utf8').trim().slice(-300)}`)
}

/** A socket may be left over from a server that was killed. */
const isListening = (path) =>
  new Promise((resolve) => {
    const one = createConnection(path)
    one.once('connect', () => resolve(true)).once('error', () => resolve(false)).once('connect', () => one.destroy())
  })
