import { describe } from 'bun:test'
import { SQL } from 'bun'
import type { Server } from '../../src/edges/servers/address.ts'
import { openServer, type ServerSql } from '../../src/edges/servers/server.ts'

export type ServerName = Server['engine']
export const serverNames: readonly ServerName[] = ['postgresql', 'mariadb']

/** `npm run test:servers` takes all that `npm test` takes a part of. */
export const isFull = process.env['CARBONATION_TEST_FULL'] !== undefined

type Running = { readonly socket: string; readonly port: number; readonly username: string; readonly data: string; readonly pid: number }

/** The server that `test/servers/start.mjs` started for this run; null where there is none. */
export const running = (name: ServerName): Running | null => {
  const text = process.env[`CARBONATION_TEST_${name.toUpperCase()}`]
  return text === undefined ? null : (JSON.parse(text) as Running)
}

/** `describe` for every server there is. One that is not there is told, and its tests are skipped. */
export const onServers = (about: string, tests: (name: ServerName) => void): void => {
  for (const name of serverNames) {
    const isThere = running(name) !== null
    if (!isThere) console.error(`SKIPPED: ${about}, on ${name}: no server; "node test/servers/start.mjs bun test" starts them`)
    describe.skipIf(!isThere)(`${about}, on ${name},`, () => tests(name))
  }
}

const noTls: Server['tls'] = { mode: 'disable', ca: null, certificate: null, key: null }

/** The place of a database on a running server. */
export const serverOf = (name: ServerName, database: string): Server => {
  const found = running(name)
  if (found === null) throw new Error(`no ${name} is running`)
  const { socket, port, username } = found
  return { engine: name, database, host: null, port, socket, username, password: null, tls: noTls }
}

/** The administrator's connection. */
export const administrator = (name: ServerName, database = name === 'postgresql' ? 'postgres' : 'mysql'): SQL => {
  const { socket, port, username } = serverOf(name, '')
  return name === 'postgresql'
    ? new SQL({ adapter: 'postgres', path: `${socket}/.s.PGSQL.${port}`, username: username ?? '', database, max: 1 })
    : new SQL({ adapter: 'mariadb', path: socket ?? '', username: username ?? '', database, max: 1 })
}

/** An empty database, gone with its connections when it is disposed of. */
export const freshDatabase = async (name: ServerName): Promise<{ readonly server: Server; drop(): Promise<void> }> => {
  const database = `t_${crypto.randomUUID().replaceAll('-', '')}`
  const admin = administrator(name)
  await admin.unsafe(`create database ${database}`)
  return {
    server: serverOf(name, database),
    drop: async () => {
      await admin.unsafe(`drop database ${database}${name === 'postgresql' ? ' with (force)' : ''}`)
      await admin.close()
    },
  }
}

/** A ledger on a server in a database of its own, which goes with it. */
export const openFresh = async (name: ServerName): Promise<ServerSql> => {
  const { server, drop } = await freshDatabase(name)
  const sql = openServer(server)
  return {
    ...sql,
    close: async () => {
      await sql.close()
      await drop()
    },
  }
}
