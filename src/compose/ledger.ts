import { dirname } from 'node:path'
import type { Config } from '../config/config.ts'
import { Fault } from '../domain/fault.ts'
import { showPath } from '../domain/path.ts'
import { exists } from '../edges/config-files.ts'
import { fileSystemOf, isNetwork } from '../edges/file-system.ts'
import { nameOf } from '../edges/servers/address.ts'
import { serverFrom } from '../edges/servers/from-config.ts'
import { openServer, type ServerSql } from '../edges/servers/server.ts'
import { openSqlite } from '../edges/sqlite.ts'
import { openWatchLocks } from '../edges/watch-locks.ts'
import type { Sql } from '../world.ts'

/** The ledger of a project, and what keeps its processes apart. */
export type Ledger = Shared | Own
type Shared = { readonly is: 'shared'; readonly sql: ServerSql; close(): Promise<void> }
type Own = {
  readonly is: 'own'
  readonly sql: Sql
  /** Takes all of these watches for this process, or none. Gives those that another one of this host works on. */
  takeWatches(names: readonly string[]): Promise<readonly string[]>
  close(): Promise<void>
}

type Options = {
  readonly create: boolean
  readonly readonly?: boolean
  /** It works under leases: what a process that was stopped keeps of a server is to be given back before they end. */
  readonly isLeased?: boolean
}

export const openLedger = ({ database, service }: Config, { create, readonly = false, isLeased = false }: Options): Ledger => {
  if (database.engine !== 'sqlite') {
    const sql = openServer(serverFrom(database), {
      readonly, durable: service.durability === 'full', idleMs: isLeased ? Math.min(service.leaseMs / 2, mostIdleMs) : null,
    })
    return { is: 'shared', sql, close: () => sql.close() }
  }
  const sql = openSqlite(database.name, { create, readonly, synchronous: service.durability === 'full' ? 'full' : 'off' })
  const locks = openWatchLocks(`${database.name}.lock`)
  return {
    is: 'own',
    sql,
    takeWatches: async (names) => locks.take(names),
    close: async () => {
      locks.release()
      await sql.close()
    },
  }
}

const mostIdleMs = 30_000

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
