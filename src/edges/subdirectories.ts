import { lstatSync, readdirSync } from 'node:fs'
import { fsPath, joinPath, type Path, pathFromBytes } from '../domain/path.ts'

/** The directories in a directory, links not followed, and names whose kind the file system does not tell.
 *  Throws what the system says. */
export const subdirectoriesOf = (directory: Path): Path[] => {
  const entries = readdirSync(fsPath(directory), { withFileTypes: true })
  const exact = entries.every((entry) => !entry.name.includes('\ufffd'))
  if (!exact) return subdirectoriesByBytes(directory)
  return entries
    .filter((entry) => entry.isDirectory() || !(entry.isFile() || entry.isSymbolicLink()))
    .map((entry) => joinPath(directory, entry.name))
}

/** The slow way, where a name may not be UTF-8: Bun tells kinds only together with names as text. */
const subdirectoriesByBytes = (directory: Path): Path[] =>
  readdirSync(fsPath(directory), { encoding: 'buffer' })
    .map((name) => joinPath(directory, pathFromBytes(name)))
    .filter((path) => lstatSync(fsPath(path), { throwIfNoEntry: false })?.isDirectory() === true)
