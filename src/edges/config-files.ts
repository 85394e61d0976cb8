import { existsSync, readFileSync, statSync } from 'node:fs'
import { Fault } from '../domain/fault.ts'
import { fsPath, showPath, type Path } from '../domain/path.ts'
import { codeOf, diskFault } from './disk-errors.ts'

/** The files of a project, read at start. */
export const configFiles = {
  /** The text of a file; a Fault where it is missing, unreadable or not UTF-8. */
  readText: (path: Path): string => {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(fsPath(path)))
    } catch (error) {
      if (error instanceof TypeError) throw new Fault(`${showPath(path)} is not UTF-8 text`, { remedy: 'save it as UTF-8' })
      throw diskFault(error, 'cannot read', path)
    }
  },
  /** Permission bits; null where it is not there. */
  modeOf: (path: Path): number | null => {
    try {
      return statSync(fsPath(path)).mode & 0o777
    } catch (error) {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null
      throw diskFault(error, 'cannot look at', path)
    }
  },
  /** Tells one state of a file from another; '' where it is not there. */
  signature: (path: Path): string => {
    const found = statSync(fsPath(path), { bigint: true, throwIfNoEntry: false })
    return found === undefined ? '' : `${found.ino}:${found.size}:${found.mtimeNs}`
  },
}

export const exists = (path: Path): boolean => existsSync(fsPath(path))
