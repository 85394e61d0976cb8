import { chmodSync, closeSync, fsyncSync, lstatSync, mkdirSync, openSync } from 'node:fs'
import { Fault } from '../../domain/fault.ts'
import { fsPath, isWithin, parentOf, showPath, type Path } from '../../domain/path.ts'
import { codeOf } from '../disk-errors.ts'
import type { OpenArchive } from './layout.ts'

/** Makes the entries of a directory durable: new names, renames and removals. */
export const syncDirectory = (directory: Path): void => {
  const fd = openSync(fsPath(directory), 'r')
  try {
    fsyncSync(fd)
  } catch (error) {
    if (codeOf(error) !== 'EINVAL') throw error
  } finally {
    closeSync(fd)
  }
}

/** Makes sure that a destination directory is there, below the root, reached through no symbolic link. Gives the
 *  directories whose entries changed: each new one, and the one above it. What is in `made` was looked at before. */
export const makeDirectory = (open: OpenArchive, directory: Path, made: Set<Path>): readonly Path[] => {
  if (made.has(directory)) return []
  const changed = makeMissing(open, directory, made)
  made.add(directory)
  return changed
}

const makeMissing = (open: OpenArchive, directory: Path, made: Set<Path>): readonly Path[] => {
  const { archive, root } = open
  if (directory === root || !isWithin(root, directory)) return []
  const found = lstatSync(fsPath(directory), { throwIfNoEntry: false })
  if (found?.isDirectory()) return makeDirectory(open, parentOf(directory), made)
  if (found !== undefined) throw inTheWay(open, directory, found.isSymbolicLink() ? 'a symbolic link' : 'a file')
  const above = makeDirectory(open, parentOf(directory), made)
  if (!archive.createDirectories) {
    throw new Fault(`the directory ${showPath(directory)} is not there, and create_directories = false`, {
      remedy: 'make it, or set create_directories = true',
    })
  }
  try {
    mkdirSync(fsPath(directory), { mode: archive.dirMode })
    chmodSync(fsPath(directory), archive.dirMode)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
  return [...above, parentOf(directory), directory]
}

const inTheWay = ({ archive }: OpenArchive, directory: Path, what: string): Fault =>
  new Fault(`${showPath(directory)} is ${what} inside the archive ${archive.name}`, {
    remedy: 'put a directory in its place, or change the destination',
  })
