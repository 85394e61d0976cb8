import { linkSync, unlinkSync } from 'node:fs'
import { fsPath, type Path } from '../domain/path.ts'
import { codeOf } from './disk-errors.ts'
import { renameNoReplace } from './libc.ts'

/** What a file system answers that cannot rename without replacing. */
const unknowing = new Set(['EINVAL', 'ENOSYS', 'ENOTSUP'])

/** Gives a file another name, and fails with EEXIST where that is taken. Where the file system knows no such rename,
 *  it bears both names for a moment. */
export const moveNoReplace = (from: Path, to: Path): void => {
  try {
    renameNoReplace(from, to)
  } catch (error) {
    if (!unknowing.has(codeOf(error))) throw error
    linkThenUnlink(from, to)
  }
}

const linkThenUnlink = (from: Path, to: Path): void => {
  linkSync(fsPath(from), fsPath(to))
  try {
    unlinkSync(fsPath(from))
  } catch (error) {
    unlinkSync(fsPath(to))
    throw error
  }
}
