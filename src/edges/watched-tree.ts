import type { Path } from '../domain/path.ts'
import type { WatchRoot } from '../world.ts'

/** One tree as the kernel reports on it, until it is closed or broken. What makes a broken one anew is
 *  `watched-root.ts`; here nothing is repaired. */
export interface WatchedTree {
  /** Tries again what could not be watched before. */
  retry(): void
  close(): Promise<void>
}

/** What a tree tells while it is watched. */
export interface TreeEvents {
  /** Something happened to this name; `closed`: a file was closed after writing, or moved in. */
  changed(path: Path, closed: boolean): void
  /** The entries of this directory may have changed unseen: it is new, moved in, moved out or gone.
   *  Directories below it are told of one by one. */
  directory(path: Path): void
  /** Nothing can be relied on any more: events were dropped, or the root is gone. Said once, as its last
   *  word. */
  broken(reason: string): void
  /** Part of the tree is not watched. */
  incomplete(reason: string): void
  /** All of it is, at last. */
  complete(): void
}

/** Watches the tree; ends when all of it is watched as far as it can be. Rejects with a Fault where its
 *  root can't. */
export type OpenTree = (root: WatchRoot, tell: TreeEvents) => Promise<WatchedTree>
