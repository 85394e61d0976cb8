import { lstatSync, renameSync, rmSync } from 'node:fs'
import { fsPath, joinPath, parentOf, type Path } from '../../domain/path.ts'
import { codeOf } from '../disk-errors.ts'
import { renameExchange } from '../libc.ts'
import { syncDirectory } from './directories.ts'
import type { Intent } from './intents.ts'

/** Takes back what a put published: a name goes only where it still holds the very file that was staged; an earlier
 *  generation that was displaced is put back. What goes is moved into the put's own directory: where that was moved away,
 *  since this run fell silent and another one ended its work, nothing is touched any more. */
export const undo = (root: Path, put: Path, intents: readonly Intent[]): void => {
  const changed = new Set<Path>()
  for (const intent of intents) {
    const target = joinPath(root, intent.key)
    if (inodeOf(target) !== intent.inode) continue
    if (!intent.replaces) {
      if (!movedInto(put, intent.staged, target)) continue
    } else if (!putDisplacedBack(joinPath(put, intent.staged), target)) continue
    changed.add(parentOf(target))
  }
  for (const directory of changed) syncDirectory(directory)
}

const movedInto = (put: Path, name: Path, target: Path): boolean => {
  try {
    renameSync(fsPath(target), fsPath(joinPath(put, name)))
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

/** Where the displaced file is not there any more, the new one stays: some bytes are better than none. */
const putDisplacedBack = (displaced: Path, target: Path): boolean => {
  if (inodeOf(displaced) === null) return false
  renameExchange(displaced, target)
  return true
}

const inodeOf = (path: Path): string | null => {
  try {
    const found = lstatSync(fsPath(path), { bigint: true, throwIfNoEntry: false })
    return found === undefined ? null : String(found.ino)
  } catch (error) {
    if (codeOf(error) === 'ENOTDIR') return null
    throw error
  }
}

/** The put is over: its staged left-overs and its intents go. */
export const endPut = (put: Path): void => rmSync(fsPath(put), { recursive: true, force: true })
