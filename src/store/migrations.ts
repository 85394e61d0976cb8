import { Fault } from '../domain/fault.ts'
import { toColumn, type Instant } from '../domain/time.ts'
import type { Sql } from '../world.ts'
import { dialects } from './dialects.ts'
import type { Dialect } from './dialects/dialect.ts'
import { initial } from './migrations/000001-initial.ts'
import { hosts } from './migrations/000002-hosts.ts'
import { directoriesOfWatches } from './migrations/000003-directories-of-watches.ts'
import { beginningsOfDigests } from './migrations/000004-beginnings-of-digests.ts'
import { isPythonDatabase, tableNames, unfinishedCopy } from './python/tables.ts'

/** Every migration in its order; only ever added. */
export const migrations: readonly { name: string; statements: (type: Dialect) => string[] }[] = [
  { name: '000001-initial', statements: initial },
  { name: '000002-hosts', statements: hosts },
  { name: '000003-directories-of-watches', statements: directoriesOfWatches },
  { name: '000004-beginnings-of-digests', statements: beginningsOfDigests },
]

/** All that they say to an engine, in their order. */
export const migrationStatements = (type: Dialect): readonly string[] => migrations.flatMap((one) => one.statements(type))

/** The tables that they make, in their order. */
export const ledgerTables = (type: Dialect): readonly string[] =>
  migrationStatements(type).flatMap((text) => /^create table (?:if not exists )?(\w+)/.exec(text)?.[1] ?? [])

/** The number of the newest migration that the database has; 0 for an empty one. */
export const schemaVersion = async (sql: Sql): Promise<number> => {
  if (await isPythonDatabase(sql)) throw new PythonDatabase()
  const found = await tableNames(sql)
  if (found.has(unfinishedCopy)) throw unfinished()
  if (!found.has('schema_migrations')) return 0
  const [row] = await sql.all<{ number: number | null }>('select max(number) as number from schema_migrations')
  return row?.number ?? 0
}

/** Whether nothing was made in this database yet: it is new, or the first start broke off while it made it. Where tables
 *  are not made in a transaction, that start may have left some. */
export const isUnmade = async (sql: Sql): Promise<boolean> => {
  const found = await tableNames(sql)
  if (![...found].some((name) => name !== 'schema_migrations')) return true
  return !dialects[sql.dialect].wholeMigrations && found.has('schema_migrations') && (await schemaVersion(sql)) === 0
}

/** Applies what is missing; several processes may do so at a time. Gives how many were applied. Their numbers are written at
 *  the end, so that nobody meets a database of a schema in between, also where tables are not made in a transaction. */
export const migrate = async (sql: Sql, now: Instant): Promise<number> => {
  const before = await schemaVersion(sql)
  if (before > migrations.length) throw newerDatabase(before)
  if (before === 0) {
    if (!await isUnmade(sql) && (await schemaVersion(sql)) === 0) throw foreignDatabase()
    await sql.transaction((tx) => tx.run('create table if not exists schema_migrations (number integer primary key, name text, applied_at text)'))
  }
  if (before < migrations.length) await sql.transaction(async (tx) => {
    const there = await schemaVersion(tx)
    const missing = migrations.slice(there)
    for (const { statements } of missing) {
      for (const statement of statements(dialects[sql.dialect])) await tx.run(statement)
    }
    await tx.many('insert into schema_migrations (number, name, applied_at) values (?, ?, ?)',
      missing.map(({ name }, index) => [there + index + 1, name, toColumn(now)]))
  })
  return migrations.length - before
}

/** Refuses a database that this program does not understand, or that still lacks migrations. */
export const requireCurrentSchema = async (sql: Sql): Promise<void> => {
  const version = await schemaVersion(sql)
  if (version > migrations.length) throw newerDatabase(version)
  if (version === 0) throw await isUnmade(sql) ? unmadeDatabase() : foreignDatabase()
  if (version < migrations.length) {
    throw new Fault(`the database has schema ${version}, this program needs ${migrations.length}`, {
      remedy: 'run "carbonation db upgrade" first',
    })
  }
}

const unmadeDatabase = (): Fault => new Fault('the database has no tables yet', { remedy: 'run "carbonation db init" first' })

const foreignDatabase = (): Fault =>
  new Fault('this database holds tables that carbonation did not make', {
    remedy: 'give another name under [database] in config.toml',
  })

const newerDatabase = (version: number): Fault =>
  new Fault(`the database has schema ${version}, this program knows ${migrations.length}`, {
    remedy: 'it was made by a newer carbonation: install that version, or name another database',
  })

const unfinished = (): Fault =>
  new Fault('a ledger was being copied into this database, and that did not come to its end', {
    remedy: 'begin again where it came from: "carbonation db copy --to …"',
  })

class PythonDatabase extends Fault {
  constructor() {
    super('this is a database of the Python package carbonation', {
      remedy: 'stop that one and run "carbonation db upgrade" to adopt it, or give another name under [database] in config.toml',
    })
  }
}
