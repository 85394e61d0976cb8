import { dirname } from 'node:path'
import type { Config } from '../config/config.ts'
import { Fault } from '../domain/fault.ts'
import { showPath } from '../domain/path.ts'
import { exists } from '../edges/config-files.ts'
import { fileSystemOf, isNetwork } from '../edges/disk.ts'
import { nameOf } from '../edges/servers/address.ts'
import { serverFrom } from '../edges/servers/from-config.ts'
import { openServer } from '../edges/servers/server.ts'
import { openSqlite } from '../edges/sqlite.ts'
import { openWatchLocks } from '../edges/watch-locks.ts'
import type { Sql } from '../world.ts'

/** The ledger of a project, and who may work on its watches. */
export type Ledger = {
  readonly sql: Sql
  /** Takes all of these watches for this process, or none. Gives those that another one works on: of this host with
   *  SQLite, of any host with a server. */
  takeWatches(names: readonly string[]): Promise<readonly string[]>
  close(): Promise<void>
}

type Options = { readonly create: boolean; readonly readonly?: boolean }

export const openLedger = ({ database, service }: Config, { create, readonly = false }: Options): Ledger => {
  if (database.engine !== 'sqlite') {
    const sql = openServer(serverFrom(database), { readonly, durable: service.durability === 'full' })
    return { sql, takeWatches: (names) => sql.hold(names), close: () => sql.close() }
  }
  const sql = openSqlite(database.name, { create, readonly, synchronous: service.durability === 'full' ? 'full' : 'off' })
  const locks = openWatchLocks(`${database.name}.lock`)
  return {
    sql,
    takeWatches: async (names) => locks.take(names),
    close: async () => {
      locks.release()
      await sql.close()
    },
  }
}

/** The database as messages call it, without credentials. */
export const ledgerName = ({ database }: Config): string =>
  database.engine === 'sqlite' ? showPath(database.name) : nameOf(serverFrom(database)).replace(/^the /, '')

/** Whether its file is there; of a server only a question can tell. */
export const mayExist = ({ database }: Config): boolean => database.engine !== 'sqlite' || exists(database.name)

/** SQLite's locks mean nothing between the hosts of a network file system. */
export const requireLocalDisk = ({ database }: Config): void => {
  const directory = dirname(database.name)
  if (database.engine !== 'sqlite' || !exists(directory) || !isNetwork(fileSystemOf(directory))) return
  throw new Fault(`the database ${database.name} stands on a network file system (${fileSystemOf(directory).type})`, {
    remedy: 'put it on a local disk: name another path under [database] in config.toml',
  })
}
