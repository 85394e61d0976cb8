import { parentOf, type Path } from '../domain/path.ts'
import type { Hint } from '../world.ts'

/** Where to look next: the hints that came since the last look, each place once. Bounded: beyond `limit` places of a
 *  root the whole root is scanned instead. */
export type HintBook = {
  note(hint: Hint): void
  /** What was noted, by root, but for roots that are busy: theirs stays in the book, unless they are to be scanned anyhow. */
  take(isBusy?: (root: string) => boolean): ReadonlyMap<string, Noted>
  /** Whether `take` would give anything. */
  hasNews(isBusy?: (root: string) => boolean): boolean
  /** Whether a hint that nobody took yet leads to this path. */
  tellsOf(root: string, path: Path): boolean
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
  const book = new Map<string, Noted>()
  const isLeft = (root: string, { scan }: Noted, isBusy: (root: string) => boolean) => scan === null && isBusy(root)
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
      if (noted.paths.size + noted.directories.size > limit) {
        noted.paths.clear()
        noted.closed.clear()
        noted.directories.clear()
        noted.scan = { why: `more than ${limit} changes at once` }
      }
      onNote()
    },
    take: (isBusy = noneIsBusy) => {
      const taken = new Map([...book].filter(([root, noted]) => !isLeft(root, noted, isBusy)))
      for (const root of taken.keys()) book.delete(root)
      return taken
    },
    hasNews: (isBusy = noneIsBusy) => [...book].some(([root, noted]) => !isLeft(root, noted, isBusy)),
    tellsOf: (root, path) => {
      const noted = book.get(root)
      if (noted === undefined) return false
      return noted.scan !== null || noted.paths.has(path) || isBelowAny(path, noted.directories)
    },
  }
}

const noneIsBusy = () => false

/** Whether one of these directories is above the path. */
export const isBelowAny = (path: Path, directories: ReadonlySet<Path>): boolean => {
  for (let one = parentOf(path); one !== '' && one !== '/'; one = parentOf(one)) if (directories.has(one)) return true
  return false
}
