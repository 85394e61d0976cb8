import { Database, SQLiteError, type SQLQueryBindings } from 'bun:sqlite'
import { statSync } from 'node:fs'
import { Fault } from '../domain/fault.ts'
import { fsPath, showPath, type Path } from '../domain/path.ts'
import type { Millis } from '../domain/time.ts'
import type { Sql, SqlValue } from '../world.ts'
import { systemClock } from './clock.ts'
import { openWritableOrNot } from './unwritable-database.ts'

type Options = { readonly create: boolean; readonly readonly?: boolean; readonly synchronous?: 'full' | 'off' }

/** Opens a SQLite database in WAL mode. One transaction at a time: a second one waits for the first. */
export const openSqlite = (file: Path, { create, readonly = false, synchronous = 'full' }: Options): Sql => {
  const database = guarded(file, () => openWritableOrNot(file, readonly, () => open(file, create, readonly, synchronous)))
  let last: Promise<unknown> = Promise.resolve()

  const statements: Omit<Sql, 'transaction' | 'close'> = {
    dialect: 'sqlite',
    all: async <Row>(text: string, parameters: readonly SqlValue[] = []) =>
      guarded(file, () => database.query(text).all(bound(parameters)) as Row[]),
    run: async (text, parameters = []) => guarded(file, () => ({ changes: database.query(text).run(bound(parameters)).changes })),
    many: async (text, lists) =>
      guarded(file, () => {
        const statement = database.query(text)
        for (const parameters of lists) statement.run(bound(parameters))
      }),
  }
  const inTransaction: Sql = {
    ...statements,
    transaction: () => Promise.reject(new Error('a transaction inside a transaction')),
    close: () => Promise.reject(new Error('a database closed inside a transaction')),
  }
  /** What meets another process's transaction is tried again and again: SQLite's own wait would hold up this thread, and
   *  with it the log, signals and the watchdog, once for each of those that wait in turn. */
  const patiently = async <T>(askedAt: Millis, work: () => T): Promise<T> => {
    const deadline = Math.max(askedAt + busyMs, systemClock.monotonic() + leastBusyMs)
    for (;; await systemClock.sleep(busyPauseMs)) {
      database.run('pragma busy_timeout = 0')
      try {
        return work()
      } catch (error) {
        if (!isBusy(error) || systemClock.monotonic() >= deadline) return guarded(file, () => { throw error })
      } finally {
        database.run(`pragma busy_timeout = ${busyMs}`)
      }
    }
  }
  const transact = async <T>(askedAt: Millis, work: (sql: Sql) => Promise<T>): Promise<T> => {
    await patiently(askedAt, () => database.run('begin immediate'))
    try {
      const result = await work(inTransaction)
      guarded(file, () => database.run('commit'))
      return result
    } catch (error) {
      if (database.inTransaction) database.run('rollback')
      throw error
    }
  }
  const inTurn = <T>(work: (askedAt: Millis) => Promise<T>): Promise<T> => {
    const askedAt = systemClock.monotonic()
    const mine = last.then(() => work(askedAt))
    last = mine.catch(() => undefined)
    return mine
  }
  return {
    ...statements,
    run: (text, parameters) => inTurn((askedAt) => patiently(askedAt, () => ({ changes: database.query(text).run(bound(parameters ?? [])).changes }))),
    many: (text, lists) => inTurn((askedAt) => transact(askedAt, (sql) => sql.many(text, lists))),
    transaction: (work) => inTurn((askedAt) => transact(askedAt, work)),
    close: async () => {
      await last
      database.close()
    },
  }
}

const open = (file: Path, create: boolean, readonly: boolean, synchronous: 'full' | 'off'): Database => {
  requireFile(file)
  const database = new Database(file, readonly ? { readonly } : { create, readwrite: true })
  database.run(`pragma busy_timeout = ${busyMs}`)
  if (!readonly) {
    database.run('pragma journal_mode = wal')
    database.run(`pragma synchronous = ${synchronous}`)
    database.run('pragma wal_autocheckpoint = 10000')
  }
  database.run('pragma foreign_keys = on')
  database.run('pragma cache_size = -8192')
  return database
}

/** A FIFO would be waited for without end. */
const requireFile = (file: Path): void => {
  const found = file === ':memory:' ? undefined : statSync(fsPath(file), { throwIfNoEntry: false })
  if (found === undefined || found.isFile()) return
  throw new Fault(`the database ${showPath(file)} is not a file`, { remedy: 'give another name under [database] in config.toml' })
}

/** How long a statement waits for another process's transaction. */
const busyMs = 5000
const busyPauseMs = 20
/** Those that waited behind it wait no longer than it did, or one after the other would. */
const leastBusyMs = 500

const isBusy = (error: unknown): boolean => error instanceof SQLiteError && (error.code ?? '').startsWith('SQLITE_BUSY')

/** A list as one argument: it is bound in its order. */
const bound = (parameters: readonly SqlValue[]): SQLQueryBindings => parameters as unknown as SQLQueryBindings

/** What SQLite reports about the file or the machine is a fault in the operator's words; the rest is our bug. */
const guarded = <T>(file: Path, work: () => T): T => {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof SQLiteError)) throw error
    const known = Object.entries(troubles).find(([code]) => (error.code ?? '').startsWith(code))
    if (known === undefined) throw error
    const [, [what, remedy]] = known
    throw new Fault(`the database ${showPath(file)} ${what}`, { remedy, cause: error })
  }
}

const troubles: Readonly<Record<string, readonly [string, string]>> = {
  SQLITE_BUSY: ['is locked by another process', 'try again when that one has finished'],
  SQLITE_LOCKED: ['is locked by another process', 'try again when that one has finished'],
  SQLITE_CANTOPEN: ['cannot be opened', 'check that its directory exists and that you may read and write it, or run "carbonation db init"'],
  SQLITE_NOTADB: ['is not an SQLite database', 'give another name under [database] in config.toml'],
  SQLITE_CORRUPT: ['is damaged', 'restore it from a backup, or recover it with "sqlite3 FILE .recover"'],
  SQLITE_NOMEM: ['asks for more memory than there is: it is large beyond all measure, or damaged', 'run "carbonation db check", and restore it from a backup if that says so'],
  SQLITE_READONLY: ['cannot be written', 'check the permissions of the file and of its directory'],
  SQLITE_FULL: ['cannot grow: the disk is full', 'make room on its disk'],
  SQLITE_IOERR: ['cannot be read or written: the disk reports an error', 'check the disk'],
  SQLITE_PERM: ['may not be opened', 'check the permissions of the file and of its directory'],
}
