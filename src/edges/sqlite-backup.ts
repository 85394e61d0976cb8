import { constants, Database, SQLiteError } from 'bun:sqlite'
import { chmodSync, existsSync, fsyncSync, openSync, realpathSync, rmSync, statSync } from 'node:fs'
import { Fault } from '../domain/fault.ts'
import { fsPath, parentOf, showPath, type Path } from '../domain/path.ts'
import { codeOf, diskFault } from './disk-errors.ts'
import { moveNoReplace } from './no-replace.ts'
import { writersOf } from './open-for-writing.ts'
import { withFile } from './with-file.ts'

/** Writes what a database holds at one moment to a file of its own, also while others write to it. The copy is checked and
 *  on the disk when it gets its name; a file that is there is never replaced. */
export const backUpSqlite = (file: Path, to: Path): void => {
  if (existsSync(fsPath(to))) throw taken(to)
  const part = `${to}.part-${process.pid}`
  try {
    rmSync(part, { force: true })
    copyInto(file, part)
    requireWhole(part)
    chmodSync(part, statSync(file).mode & 0o777)
    withFile(openSync(part, 'r+'), fsyncSync)
    moveNoReplace(part, to)
    withFile(openSync(parentOf(to) || '.', 'r'), fsyncSync)
  } catch (error) {
    // SQLite leaves its journal behind where the disk is full.
    for (const ending of ['', '-journal']) rmSync(`${part}${ending}`, { force: true })
    if (codeOf(error) === 'EEXIST') throw taken(to)
    if (error instanceof Fault) throw error
    if (error instanceof SQLiteError) {
      throw new Fault(`the backup ${showPath(to)} could not be written: ${error.message}`, {
        remedy: 'check its directory, and the room on its disk', cause: error,
      })
    }
    throw diskFault(error, 'cannot write the backup', to)
  }
}

const taken = (to: Path): Fault =>
  new Fault(`${showPath(to)} is there already, and a backup replaces nothing`, { remedy: 'give another name, or move it away' })

const copyInto = (file: Path, part: Path): void => {
  const database = new Database(file, constants.SQLITE_OPEN_READONLY)
  try {
    database.run(`pragma busy_timeout = ${busyMs}`)
    database.query('vacuum into ?').run(part)
  } finally {
    database.close()
  }
}

const busyMs = 30_000

const requireWhole = (part: Path): void => {
  const database = new Database(part, constants.SQLITE_OPEN_READONLY)
  try {
    const [found] = database.query<{ integrity_check: string }, []>('pragma integrity_check').all()
    if (found?.integrity_check === 'ok') return
    throw new Fault(`the database is damaged: ${found?.integrity_check ?? 'it says nothing'}`, {
      remedy: 'nothing was kept of the backup; recover the database with "sqlite3 FILE .recover"',
    })
  } finally {
    database.close()
  }
}

/** A backup that was not needed. */
export const removeBackup = (file: Path): void => rmSync(fsPath(file), { force: true })

/** The first of these names that nothing has: `name`, `name.2`, `name.3`, … */
export const freeName = (name: Path): Path => {
  for (let number = 1; ; number += 1) {
    const found = number === 1 ? name : `${name}.${number}`
    if (!existsSync(fsPath(found))) return found
  }
}

/** Another process that has this file open for writing, as far as this system tells. */
export const writerOf = (file: Path): string | null => {
  const found = statSync(fsPath(file), { bigint: true, throwIfNoEntry: false })
  if (found === undefined) return null
  const identity = {
    sizeBytes: Number(found.size), mtimeNs: String(found.mtimeNs), ctimeNs: String(found.ctimeNs), inode: String(found.ino), device: String(found.dev),
  }
  return writersOf([{ path: file, identity }])[0] ?? null
}

/** The path without symbolic links; itself where nothing stands there. */
export const realPath = (path: Path): Path => {
  try {
    return realpathSync(fsPath(path)).toString()
  } catch {
    return path
  }
}
