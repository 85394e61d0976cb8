import { constants, Database, SQLiteError } from 'bun:sqlite'
import { accessSync, constants as modes, statSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { Fault } from '../domain/fault.ts'
import { showPath, type Path } from '../domain/path.ts'
import { codeOf } from './disk-errors.ts'

/** Opens a database where `open` does. On a read-only disk, or in a directory that this user may not write, SQLite can't
 *  make the `-shm` file that it wants even for reading: then a database with nothing in its `-wal` file is opened as one
 *  that nobody changes, for questions alone; else the Fault says what stands in the way. */
export const openWritableOrNot = (file: Path, readonly: boolean, open: () => Database): Database => {
  try {
    return probed(open())
  } catch (error) {
    const why = isRefused(error) ? whyUnwritable(file) : null
    if (why === null) throw error
    if (!readonly) {
      throw new Fault(`the database ${showPath(file)} cannot be written: ${why}`, {
        remedy: 'make it writable, or name another path under [database] in config.toml', cause: error,
      })
    }
    if (!hasNothingOpen(file)) {
      throw new Fault(`the database ${showPath(file)} cannot be read: its last changes stand in ${showPath(file)}-wal, and ${why}`, {
        remedy: 'make it writable, or copy both files to where you can write and ask there', cause: error,
      })
    }
    return probed(new Database(`${pathToFileURL(file).href}?immutable=1`, constants.SQLITE_OPEN_READONLY | constants.SQLITE_OPEN_URI))
  }
}

/** Opening alone does not read. */
const probed = (database: Database): Database => {
  try {
    database.query('select 1 from sqlite_master limit 1').get()
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

const isRefused = (error: unknown): boolean =>
  error instanceof SQLiteError && /^SQLITE_(CANTOPEN|READONLY)/.test(error.code ?? '')

/** Why nothing can be written beside a database that is there; null where it can, or none is there. */
const whyUnwritable = (file: Path): string | null => {
  const directory = file.slice(0, file.lastIndexOf('/')) || '/'
  if (refusal(file, modes.R_OK) !== null) return null
  const code = refusal(directory, modes.W_OK)
  if (code === 'EROFS') return 'its disk is read-only'
  return code === 'EACCES' ? `this user may not write in ${showPath(directory)}` : null
}

const refusal = (path: Path, mode: number): string | null => {
  try {
    accessSync(path, mode)
    return null
  } catch (error) {
    return codeOf(error) ?? ''
  }
}

const hasNothingOpen = (file: Path): boolean => (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) === 0
