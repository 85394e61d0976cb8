// A PostgreSQL and a MariaDB server for the tests, each with a data directory, a socket and a port of its own.
// As a program: `node test/servers/start.mjs COMMAND …` runs a command beside them.
import { spawn } from 'node:child_process'
import { accessSync, chmodSync, constants, existsSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { end, prepare, start } from './engines.mjs'

/** Starts both. Gives what the tests find them by, as environment variables, and how to stop them. One that can't be had
 *  is told loudly, and its tests are skipped. */
export const startServers = async () => {
  const folder = serverFolder()
  const servers = [await orReason('PostgreSQL', () => started('postgresql', folder)), await orReason('MariaDB', () => started('mariadb', folder))]
  return {
    env: Object.assign({}, ...servers.map((one) => one.env)),
    stop: async () => {
      await Promise.all(servers.map((one) => one.stop()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A folder for servers of this process. */
export const serverFolder = () => {
  const base = roomyMemory() ?? tmpdir()
  sweep(base)
  const folder = mkdtempSync(join(base, `cbn-db-${process.pid}-`))
  chmodSync(folder, 0o755)
  return folder
}

/** What runs left that were killed. */
const sweep = (base) => {
  for (const name of readdirSync(base)) {
    const [, pid] = /^cbn-db-(\d+)-/.exec(name) ?? []
    if (pid === undefined || !existsSync('/proc/self') || existsSync(`/proc/${pid}`)) continue
    try {
      rmSync(join(base, name), { recursive: true, force: true })
    } catch {} // a disk may be mounted there
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

const started = async (engine, folder) => {
  const prepared = await prepare(engine, folder, engine)
  const server = await start(prepared)
  const { socket, port, username, data } = prepared
  return {
    env: { [`CARBONATION_TEST_${engine.toUpperCase()}`]: JSON.stringify({ socket, port, username, data, pid: server.pid }) },
    stop: () => end(server, engine === 'postgresql' ? 'SIGINT' : 'SIGTERM'),
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [command, ...args] = process.argv.slice(2)
  const { env, stop } = await startServers()
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...env } })
  child.once('exit', async (code) => {
    await stop()
    process.exitCode = code ?? 1
  })
}
