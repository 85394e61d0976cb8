import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fsPath, parentOf, type Path } from '../../src/domain/path.ts'

/** What producers, and people, do in a tree. */
export type Hand = {
  /** A directory that is there and empty; all paths lie below. */
  readonly root: Path
  /** Makes the directories above, too. A file that is there keeps its inode. */
  write(path: Path, content: string): void
  /** A new mtime for the same content. */
  touch(path: Path): void
  /** Moves the ctime and nothing else. */
  chmod(path: Path): void
  mkdir(path: Path): void
  symlink(path: Path, target: Path): void
  /** With everything below it. */
  delete(path: Path): void
  read(path: Path): string | null
  /** Takes the tree away. */
  close(): void
}

/** The hand in a temporary folder of this machine. */
export const realHand = (): Hand => {
  const root = mkdtempSync(`${tmpdir()}/carbonation-hand-`)
  const mkdir = (path: Path) => void mkdirSync(fsPath(path), { recursive: true })
  let minutes = 0
  return {
    root,
    mkdir,
    write: (path, content) => {
      mkdir(parentOf(path))
      writeFileSync(fsPath(path), content)
    },
    touch: (path) => {
      const at = new Date(Date.UTC(2020, 0, 1, 0, (minutes += 1)))
      utimesSync(fsPath(path), at, at)
    },
    chmod: (path) => chmodSync(fsPath(path), (lstatSync(fsPath(path)).mode & 0o777) ^ 0o100),
    symlink: (path, target) => symlinkSync(fsPath(target), fsPath(path)),
    delete: (path) => rmSync(fsPath(path), { recursive: true, force: true }),
    read: (path) => {
      try {
        return readFileSync(fsPath(path), 'utf8')
      } catch {
        return null
      }
    },
    close: () => rmSync(root, { recursive: true, force: true }),
  }
}
