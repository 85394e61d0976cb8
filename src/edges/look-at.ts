import { fstatSync, lstatSync, statSync, type BigIntStats } from 'node:fs'
import type { FileKind, Identity } from '../domain/identity.ts'
import { fsPath, type Path } from '../domain/path.ts'
import { kindOf as kindOfSight, sightOf, sightText, type SightText } from '../domain/sight.ts'
import type { Sight } from '../world.ts'
import { isReadable } from './file-calls.ts'
import { pulse } from './pulse.ts'
import { statxOpen, statxText, type OpenFile } from './statx.ts'

/** Null where nothing stands. Throws what the system reports. */
export const lookAt = (path: Path, followSymlinks: boolean): Sight | null => {
  const text = glanceAt(path, followSymlinks)
  return text === null ? null : sightOf(text)
}

/** The same as one line of text, which is all that most askers compare. */
export const glanceAt = (path: Path, followSymlinks: boolean): SightText | null => {
  pulse()
  const text = statxText(path, followSymlinks)
  if (text !== undefined) return text
  const stat = followSymlinks ? statSync : lstatSync
  const found = stat(fsPath(path), { bigint: true, throwIfNoEntry: false })
  return found === undefined ? null : sightText(kindOf(found), identityOf(found))
}

/** Null where nothing stands that this process may read as a file. */
export const readableAt = (path: Path, followSymlinks: boolean): SightText | null => {
  pulse()
  const text = statxText(path, followSymlinks) ?? null
  return text !== null && kindOfSight(text) === 'file' && isReadable(path) ? text : null
}

const kindOf = (found: BigIntStats): FileKind =>
  found.isFile() ? 'file' : found.isDirectory() ? 'directory' : found.isSymbolicLink() ? 'symlink' : 'other'

/** What is open there: its state, its permission bits. */
export const lookAtOpen = (fd: number): OpenFile => {
  const seen = statxOpen(fd)
  if (seen !== null) return seen
  const found = fstatSync(fd, { bigint: true })
  const identity = identityOf(found)
  return { ...identity, text: sightText(kindOf(found), identity), mode: Number(found.mode & 0o7777n) }
}

/** From what `node:fs` says. */
export const identityOf = (found: BigIntStats): Identity => ({
  sizeBytes: Number(found.size),
  mtimeNs: String(found.mtimeNs),
  ctimeNs: String(found.ctimeNs),
  inode: String(found.ino),
  device: String(found.dev),
})
