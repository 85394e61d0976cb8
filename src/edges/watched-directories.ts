import type { Path } from '../domain/path.ts'

/** A watched directory. Its path never changes: one that moves is dropped and entered anew. */
export type Directory = {
  readonly path: Path
  /** The kernel's name for it: an inode, wherever it has moved to. */
  readonly wd: number
  readonly parent: Directory | null
  readonly children: Map<Path, Directory>
}

/** The watched directories of one tree, by watch descriptor and by place. Knows nothing of the machine. */
export class WatchedDirectories {
  readonly #byWd = new Map<number, Directory>()

  at(wd: number): Directory | undefined {
    return this.#byWd.get(wd)
  }

  /** Whether this is still the directory at its place. */
  has(directory: Directory): boolean {
    return this.#byWd.get(directory.wd) === directory
  }

  /** Notes a directory; null where it stands there already. `dropped` is what it replaces: others at its
   *  place, and itself at the place where it was before, with all that was below. */
  put(path: Path, wd: number, parent: Directory | null): { added: Directory; dropped: Directory[] } | null {
    const same = this.#byWd.get(wd)
    if (same?.path === path) return null
    const former = parent?.children.get(path)
    const dropped = [same, former].flatMap((one) => (one === undefined ? [] : this.drop(one)))
    const added: Directory = { path, wd, parent, children: new Map() }
    this.#byWd.set(wd, added)
    parent?.children.set(path, added)
    return { added, dropped }
  }

  /** Forgets a directory and all below it, and gives them, the upper ones first. */
  drop(directory: Directory): Directory[] {
    const { parent, path } = directory
    if (parent?.children.get(path) === directory) parent.children.delete(path)
    const gone = [directory]
    for (const one of gone) {
      if (this.#byWd.get(one.wd) === one) this.#byWd.delete(one.wd)
      gone.push(...one.children.values())
    }
    return gone
  }
}
