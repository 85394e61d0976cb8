import { parentOf, type Path } from '../domain/path.ts'
import type { Hint } from '../world.ts'

/** Where to look next: the hints that came since the last look, each place once. Bounded: beyond `limit` places of a
 *  root the whole root is scanned instead. */
export type HintBook = {
  note(hint: Hint): void
  /** What was noted, by root; the book is empty then. */
  take(): ReadonlyMap<string, Noted>
  /** Whether a hint that nobody took yet leads to this path. */
  tellsOf(root: string, path: Path): boolean
  readonly size: number
}

/** Why a root is to be scanned. `routine`: since it is scanned again and again; the log need not say so each time. */
export type ScanReason = { readonly why: string; readonly routine?: boolean }

export type Noted = {
  readonly paths: Set<Path>
  /** Those of them that were closed after writing, as the last word on them. */
  readonly closed: Set<Path>
  readonly directories: Set<Path>
  /** Why the whole root is to be scanned; null where it is not. */
  scan: ScanReason | null
}

export const openHintBook = (onNote: () => void, limit = 100_000): HintBook => {
  let book = new Map<string, Noted>()
  let size = 0
  return {
    note: (hint) => {
      const noted = book.get(hint.root) ?? { paths: new Set(), closed: new Set(), directories: new Set(), scan: null }
      book.set(hint.root, noted)
      if (hint.is === 'root') noted.scan = { why: hint.reason, routine: hint.routine ?? false }
      else if (hint.is === 'directory') noted.directories.add(hint.path)
      else {
        noted.paths.add(hint.path)
        if (hint.closed) noted.closed.add(hint.path)
        else noted.closed.delete(hint.path)
      }
      size += 1
      if (noted.paths.size + noted.directories.size > limit) {
        noted.paths.clear()
        noted.closed.clear()
        noted.directories.clear()
        noted.scan = { why: `more than ${limit} changes at once` }
      }
      onNote()
    },
    take: () => {
      const taken = book
      book = new Map()
      size = 0
      return taken
    },
    tellsOf: (root, path) => {
      const noted = book.get(root)
      if (noted === undefined) return false
      return noted.scan !== null || noted.paths.has(path) || isBelowAny(path, noted.directories)
    },
    get size() {
      return size
    },
  }
}

/** Whether one of these directories is above the path. */
export const isBelowAny = (path: Path, directories: ReadonlySet<Path>): boolean => {
  for (let one = parentOf(path); one !== '' && one !== '/'; one = parentOf(one)) if (directories.has(one)) return true
  return false
}
