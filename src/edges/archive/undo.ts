import { lstatSync, rmSync, unlinkSync } from 'node:fs'
import { fsPath, joinPath, type Path } from '../../domain/path.ts'
import { renameExchange } from '../libc.ts'
import { syncDirectory } from './directories.ts'
import { parentOf } from '../../domain/path.ts'
import type { Intent } from './intents.ts'

/** Takes back what a put published: a name goes only where it still holds the very file that was staged; an earlier
 *  generation that was displaced is put back. */
export const undo = (root: Path, put: Path, intents: readonly Intent[]): void => {
  const changed = new Set<Path>()
  for (const intent of intents) {
    const target = joinPath(root, intent.key)
    if (inodeOf(target) !== intent.inode) continue
    if (intent.replaces) renameExchange(joinPath(put, intent.staged), target)
    else unlinkSync(fsPath(target))
    changed.add(parentOf(target))
  }
  for (const directory of changed) syncDirectory(directory)
}

const inodeOf = (path: Path): string | null => {
  const found = lstatSync(fsPath(path), { bigint: true, throwIfNoEntry: false })
  return found === undefined ? null : String(found.ino)
}

/** The put is over: its staged left-overs and its intents go. */
export const endPut = (put: Path): void => rmSync(fsPath(put), { recursive: true, force: true })
