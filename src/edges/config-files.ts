import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs'
import { Fault } from '../domain/fault.ts'
import { fsPath, showPath, type Path } from '../domain/path.ts'
import { codeOf, diskFault } from './disk-errors.ts'

/** Larger than any that was written by hand, or by a program that means well. */
const largestBytes = 1024 * 1024

/** Ends at the limit also where a file has no end, or no size before it is read. */
const readWhole = (path: Path): Buffer => {
  const file = openSync(fsPath(path), 'r')
  try {
    const bytes = Buffer.allocUnsafe(largestBytes + 1)
    let length = 0
    for (let read = -1; read !== 0 && length <= largestBytes; length += read) read = readSync(file, bytes, { offset: length })
    if (length <= largestBytes) return bytes.subarray(0, length)
    throw new Fault(`${showPath(path)} is larger than 1 MiB`, { remedy: 'is it the file that you meant?' })
  } finally {
    closeSync(file)
  }
}

/** The files of a project, read at start. */
export const configFiles = {
  /** The text of a file; a Fault where it is missing, unreadable, larger than 1 MiB or not UTF-8. */
  readText: (path: Path): string => {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(readWhole(path))
    } catch (error) {
      if (error instanceof Fault) throw error
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
