// A PostgreSQL and a MariaDB server for the tests, each with a data directory, a socket and a port of its own.
// As a program: `node test/servers/start.mjs COMMAND …` runs a command beside them.
import { spawn, spawnSync } from 'node:child_process'
import { accessSync, chmodSync, chownSync, constants, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const isRoot = process.getuid?.() === 0
const quiet = { LC_ALL: 'C.UTF-8', PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }

/** Starts both. Gives what the tests find them by, as environment variables, and how to stop them. One that can't be had
 *  is told loudly, and its tests are skipped. */
export const startServers = async () => {
  const base = roomyMemory() ?? tmpdir()
  sweep(base)
  const folder = mkdtempSync(join(base, `cbn-db-${process.pid}-`))
  chmodSync(folder, 0o755)
  const servers = [await orReason('PostgreSQL', () => startPostgresql(folder)), await orReason('MariaDB', () => startMariadb(folder))]
  return {
    env: Object.assign({}, ...servers.map((one) => one.env)),
    stop: async () => {
      await Promise.all(servers.map((one) => one.stop()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What runs left that were killed. */
const sweep = (base) => {
  for (const name of readdirSync(base)) {
    const [, pid] = /^cbn-db-(\d+)-/.exec(name) ?? []
    if (pid !== undefined && existsSync('/proc/self') && !existsSync(`/proc/${pid}`)) rmSync(join(base, name), { recursive: true, force: true })
  }
}

/** Making databases by the dozen is nothing for a disk that others use, too. */
const roomyMemory = () => {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm')
    accessSync('/dev/shm', constants.W_OK)
    return bavail * bsize > 2 ** 30 ? '/dev/shm' : null
  } catch {
    return null
  }
}

const orReason = async (name, start) => {
  try {
    return await start()
  } catch (error) {
    console.error(`\n*** ${name}: ${error.message}; its tests are SKIPPED ***\n`)
    return { env: {}, stop: async () => undefined }
  }
}

const startPostgresql = async (folder) => {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql').sort((a, b) => b - a) : []
  const bin = versions.map((one) => join('/usr/lib/postgresql', one, 'bin')).find((one) => existsSync(join(one, 'initdb')))
  if (bin === undefined) throw new Error('there is no /usr/lib/postgresql/*/bin/initdb (Debian: apt-get install postgresql)')
  const home = homeFor(folder, 'pg', 'postgres')
  const [data, port] = [join(home.directory, 'data'), await freePort()]
  must(spawnSync(join(bin, 'initdb'), ['-D', data, '-U', 'carbonation', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'], home.as))
  const settings = { unix_socket_directories: home.directory, port, listen_addresses: '127.0.0.1', fsync: 'off', max_connections: 200 }
  const server = serve(join(bin, 'postgres'), ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])], home)
  await untilThere(join(home.directory, `.s.PGSQL.${port}`), server, home)
  return {
    env: { CARBONATION_TEST_POSTGRESQL: JSON.stringify({ socket: home.directory, port, username: 'carbonation', data, bin, pid: server.pid }) },
    stop: () => stopped(server, 'SIGINT'),
  }
}

const startMariadb = async (folder) => {
  const program = ['/usr/sbin/mariadbd', '/usr/libexec/mariadbd'].find((one) => existsSync(one))
  if (program === undefined) throw new Error('there is no /usr/sbin/mariadbd (Debian: apt-get install mariadb-server)')
  const home = homeFor(folder, 'my', 'mysql')
  const [data, port, socket] = [join(home.directory, 'data'), await freePort(), join(home.directory, 's')]
  must(spawnSync('mariadb-install-db', [
    '--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db', ...(isRoot ? ['--user=mysql'] : []),
  ], { env: quiet, encoding: 'utf8' }))
  const server = serve(program, [
    // One that starts removes what it finds of others in a directory that they share.
    '--no-defaults', `--datadir=${data}`, `--tmpdir=${home.directory}`, `--socket=${socket}`, `--port=${port}`, '--bind-address=127.0.0.1', `--pid-file=${home.directory}/pid`,
    '--innodb-flush-log-at-trx-commit=0', '--innodb-buffer-pool-size=64M', '--max-connections=200',
  ], home)
  await untilThere(socket, server, home)
  return {
    env: { CARBONATION_TEST_MARIADB: JSON.stringify({ socket, port, username: 'root', data, program, pid: server.pid }) },
    stop: () => stopped(server, 'SIGTERM'),
  }
}

/** A directory of its user, since the servers refuse to run as root. */
const homeFor = (folder, name, user) => {
  const directory = join(folder, name)
  mkdirSync(directory)
  const log = openSync(join(folder, `${name}.log`), 'a')
  if (!isRoot) return { directory, log, logFile: join(folder, `${name}.log`), as: { env: quiet, encoding: 'utf8', cwd: directory } }
  const [uid, gid] = ['-u', '-g'].map((which) => Number(spawnSync('id', [which, user], { encoding: 'utf8' }).stdout))
  if (!uid) throw new Error(`there is no user ${user} for it to run as`)
  chownSync(directory, uid, gid)
  return { directory, log, logFile: join(folder, `${name}.log`), as: { env: quiet, encoding: 'utf8', cwd: directory, uid, gid } }
}

/** A server that dies with this process, whatever ends that. */
const serve = (program, args, { as, log }) => {
  const bound = existsSync('/usr/bin/setpriv') ? ['/usr/bin/setpriv', '--pdeathsig', 'KILL', program, ...args] : [program, ...args]
  const server = spawn(bound[0], bound.slice(1), { ...as, stdio: ['ignore', log, log] })
  server.on('error', () => undefined)
  return server
}

const must = ({ status, stderr, error }) => {
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

const untilThere = async (socket, server, { logFile }) => {
  for (let time = 0; time < 300; time += 1) {
    if (existsSync(socket) && server.exitCode === null) return
    if (server.exitCode !== null) break
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  server.kill('SIGKILL')
  throw new Error(`it does not start: ${readFileSync(logFile, 'utf8').trim().slice(-300)}`)
}

const stopped = (server, signal) =>
  new Promise((resolve) => {
    if (server.exitCode !== null || server.signalCode !== null) return resolve()
    const late = setTimeout(() => server.kill('SIGKILL'), 20_000)
    server.once('exit', () => {
      clearTimeout(late)
      resolve()
    })
    server.kill(signal)
  })

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [command, ...args] = process.argv.slice(2)
  const { env, stop } = await startServers()
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...env } })
  child.once('exit', async (code) => {
    await stop()
    process.exitCode = code ?? 1
  })
}
