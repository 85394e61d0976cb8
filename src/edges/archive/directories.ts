import { closeSync, fsyncSync, lstatSync, mkdirSync, openSync } from 'node:fs'
import { Fault } from '../../domain/fault.ts'
import { fsPath, isWithin, parentOf, showPath, type Path } from '../../domain/path.ts'
import { codeOf } from '../disk-errors.ts'
import type { OpenArchive } from './layout.ts'


/** Makes what another process wrote into this directory durable. */
export const syncDirectory = (directory: Path): void => {
  const fd = openSync(fsPath(directory), 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** Makes sure that a destination directory is there, below the root, reached through no symbolic link. Gives the
 *  directories whose entries changed. */
export const makeDirectory = ({ archive, root }: OpenArchive, directory: Path): readonly Path[] => {
  if (directory === root || !isWithin(root, directory)) return []
  const found = lstatSync(fsPath(directory), { throwIfNoEntry: false })
  if (found?.isSymbolicLink()) {
    throw new Fault(`${showPath(directory)} is a symbolic link inside the archive ${archive.name}`, {
      remedy: 'put a directory in its place, or change the destination',
    })
  }
  const above = makeDirectory(open(archive, root), parentOf(directory))
  if (found !== undefined) return above
  if (!archive.createDirectories) {
    throw new Fault(`the directory ${showPath(directory)} is not there, and create_directories = false`, {
      remedy: 'make it, or set create_directories = true',
    })
  }
  try {
    mkdirSync(fsPath(directory), { mode: archive.dirMode })
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
  return [...above, parentOf(directory)]
}

const open = (archive: OpenArchive['archive'], root: Path): OpenArchive => ({ archive, root, durability: 'full' })
