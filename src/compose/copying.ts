import { resolve } from 'node:path'
import { clock, ledgerName, openConfig, openProjectPlugins, type Place } from '../compose.ts'
import type { Config } from '../config/config.ts'
import { Fault } from '../domain/fault.ts'
import { showPath, type Path } from '../domain/path.ts'
import { exists } from '../edges/config-files.ts'
import { backUpSqlite, realPath, removeBackup } from '../edges/sqlite-backup.ts'
import { openSqlite } from '../edges/sqlite.ts'
import { copyLedger, type Copied } from '../service/copy-ledger.ts'
import { leases } from '../store/leases.ts'
import { requireCurrentSchema } from '../store/migrations.ts'
import { tableNames } from '../store/python/tables.ts'
import { watchNames } from '../store/watch-names.ts'
import type { Sql } from '../world.ts'
import { openLedger, requireLocalDisk, type Ledger } from './ledger.ts'

type Asked = Place & { readonly signal: AbortSignal; readonly onProgress: (done: number, of: number) => void }

export type CopiedProject = Copied & { readonly from: string; readonly to: string }

/** Copies the project's ledger into the database that another config names. No service may work on either. */
export const copyProject = async (place: Asked, toConfig: string): Promise<CopiedProject> => {
  const config = await openConfig(place)
  const other = await openConfig({ ...place, configPath: resolve(place.cwd, toConfig) })
  requireLocalDisk(other)
  if (isSame(config, other)) {
    throw new Fault(`both configs name ${ledgerName(config)}`, { remedy: 'name another database in the config of --to' })
  }
  const source = await openHeld(config)
  try {
    const target = openLedger(other, { create: true })
    try {
      await requireFree(other, target, config.watches.map((one) => one.name))
      return { ...await copied(config, place, source.sql, target.sql, ledgerName(other)), from: ledgerName(config), to: ledgerName(other) }
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
}

const copied = async (config: Config, place: Asked, source: Sql, target: Sql, targetName: string): Promise<Copied> => {
  const plugins = await openProjectPlugins(config, place)
  const { columns, queryDefaults } = plugins.describe()
  plugins.close()
  return copyLedger(source, target, { targetName, columns, defaults: queryDefaults, now: clock.now(), ...place })
}

const isSame = ({ database: a }: Config, { database: b }: Config): boolean => {
  if (a.engine !== b.engine) return false
  if (a.engine === 'sqlite') return realPath(a.name) === realPath(b.name)
  return a.name === b.name && a.host === b.host && a.port === b.port && a.socket === b.socket
}

/** The project's ledger, with all of its watches taken: a service that works on one would write on. */
const openHeld = async (config: Config): Promise<Ledger> => {
  const ledger = openLedger(config, { create: false })
  try {
    await requireCurrentSchema(ledger.sql)
    await requireFree(config, ledger, await watchNames(ledger.sql, config))
    return ledger
  } catch (error) {
    await ledger.close()
    throw error
  }
}

const requireFree = async (config: Config, ledger: Ledger, names: readonly string[]): Promise<void> => {
  const taken = ledger.is === 'own' ? await ledger.takeWatches(names) : await watchesUnderLease(ledger.sql)
  if (taken.length === 0) return
  throw new Fault(`a carbonation works on ${taken.join(', ')} in ${ledgerName(config)}`, {
    remedy: 'stop it first: what it writes meanwhile would be missing in the copy',
  })
}

/** Nothing is held of a server: what a service that begins later writes meanwhile is met by the comparison at the end. */
const watchesUnderLease = async (sql: Sql): Promise<readonly string[]> => {
  if (!(await tableNames(sql)).has('leases')) return []
  const running = (await leases(sql)).filter((one) => !one.isOver)
  return [...new Set(running.flatMap((one) => (one.watches.length > 0 ? one.watches : [`${one.host} (pid ${one.pid})`])))]
}

/** Writes the project's ledger to a file of its own. Of SQLite that is the database at one moment, also while a service
 *  works on it; of a server it is a ledger in SQLite, which \`db copy\` brings back. */
export const backUpProject = async (place: Asked, file: Path): Promise<Copied | null> => {
  const config = await openConfig(place)
  if (config.database.engine === 'sqlite') {
    const ledger = openLedger(config, { create: false, readonly: true })
    await requireCurrentSchema(ledger.sql).finally(() => ledger.close())
    backUpSqlite(realPath(config.database.name), file)
    return null
  }
  if (exists(file)) throw new Fault(`${showPath(file)} is there already, and a backup replaces nothing`, { remedy: 'give another name, or move it away' })
  const source = await openHeld(config).catch((error: unknown) => {
    throw error instanceof Fault ? new Fault(error.message, { remedy: `${error.remedy}; or let the server do it: ${dumpCommand(config, file)}` }) : error
  })
  const part = `${file}.copy-${process.pid}`
  try {
    const target = openSqlite(part, { create: true })
    const found = await copied(config, place, source.sql, target, showPath(file)).finally(() => target.close())
    backUpSqlite(part, file)
    return found
  } finally {
    for (const ending of ['', '-wal', '-shm', '-journal']) removeBackup(`${part}${ending}`)
    await source.close()
  }
}

/** What the server's own tools would be told, without a password. */
const dumpCommand = ({ database }: Config, file: Path): string => {
  const { engine, name, host, port, socket, username } = database
  const place = [
    ...(host ?? socket) === null ? [] : [engine === 'mariadb' && host === null ? `-S ${socket}` : `-h ${host ?? socket}`],
    ...(port === null ? [] : [`${engine === 'mariadb' ? '-P' : '-p'} ${port}`]), ...(username === null ? [] : [engine === 'mariadb' ? `-u ${username} -p` : `-U ${username}`]),
  ].join(' ')
  return engine === 'mariadb'
    ? `mariadb-dump --single-transaction ${place} ${name} > ${showPath(file)}.sql`
    : `pg_dump ${place} -f ${showPath(file)}.sql ${name}`
}
