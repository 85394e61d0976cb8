import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { fsPath, parentOf, type Path } from '../domain/path.ts'
import { diskFault } from './disk-errors.ts'

/** The files that `init` writes. */
export const projectFiles = {
  exists: async (path: Path): Promise<boolean> => existsSync(fsPath(path)),
  mkdir: async (path: Path): Promise<void> => {
    try {
      mkdirSync(fsPath(path), { recursive: true })
    } catch (error) {
      throw diskFault(error, 'cannot make', path)
    }
  },
  /** Never over a file that is there. */
  write: async (path: Path, text: string): Promise<void> => {
    try {
      mkdirSync(fsPath(parentOf(path)), { recursive: true })
      writeFileSync(fsPath(path), text, { flag: 'wx' })
    } catch (error) {
      throw diskFault(error, 'cannot write', path)
    }
  },
}
