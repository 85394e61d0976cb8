import { statSync } from 'node:fs'
import { Fault } from '../domain/fault.ts'
import { isOwnFile } from '../domain/own-names.ts'
import { fsPath, type Path } from '../domain/path.ts'
import type { Hint, WatchRoot } from '../world.ts'
import { Canary } from './canary.ts'
import { rootFault } from './inotify-limits.ts'
import type { OpenTree, TreeEvents, WatchedTree } from './watched-tree.ts'

/** Keeps one root watched through all that may happen to it.
 *
 *   opening ──► watched ──► broken ──► opening again: a root hint, lost or not
 *      └──► lost ──► opening again at each `check`: a root hint once it is watched
 *
 * A root is known by its device and inode, since events alone do not tell that something was mounted over
 * it, or that it was deleted while somebody stood in it. */
export class WatchedRoot {
  readonly #root: WatchRoot
  readonly #open: OpenTree
  readonly #tell: (hint: Hint) => void
  #tree: WatchedTree | null = null
  #identity: string | null = null
  /** Why part of it is not watched; null where all of it is. */
  #lack: string | null = null
  /** Why its events are not proved to arrive; null where they are, or nobody asks for a proof. */
  #deafness: string | null = null
  readonly #canary: Canary | null
  #opening: Promise<void> | null = null
  #closed = false

  constructor(root: WatchRoot, open: OpenTree, tell: (hint: Hint) => void) {
    this.#root = root
    this.#open = open
    this.#tell = tell
    this.#canary = root.canary === true ? new Canary(root) : null
  }

  /** Ends when the root is watched, with the reason why part of it is not, or null. Rejects with a Fault
   *  where it can't be watched now; then each `check` tries again. Harmless where it is watched already. */
  async start(): Promise<string | null> {
    if (this.#tree === null) await this.#openOnce()
    return this.#deafness ?? this.#lack
  }

  /** Looks whether the watched root is still what stands there, and tries again what could not be watched. */
  async check(): Promise<void> {
    if (this.#opening !== null || this.#closed) return
    if (this.#tree === null) return this.#openAgain('watched again', null)
    const identity = identityOf(this.#root.path)
    if (identity === this.#identity) return this.#checkEvents(this.#tree)
    await this.#break(identity === null ? 'the directory is gone' : 'another directory stands in its place')
  }

  /** A root whose events do not arrive is opened anew at each check, until they do. */
  async #checkEvents(tree: WatchedTree): Promise<void> {
    tree.retry()
    const deafness = this.#canary?.check(this.#deafness !== null) ?? null
    if (deafness === null) return
    const isNews = deafness !== this.#deafness
    this.#deafness = deafness
    await this.#drop()
    await this.#openAgain(null, deafness)
    if (isNews) this.#tellRoot(deafness, true)
  }

  #hearCanary(): void {
    this.#canary?.heard()
    if (this.#deafness === null) return
    this.#deafness = null
    this.#tellRoot(this.#lack ?? 'its events arrive again', this.#lack !== null)
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#drop()
  }

  /** Closes what is broken and opens it anew; events in between are made good by the root hint. */
  async #break(reason: string): Promise<void> {
    await this.#drop()
    await this.#openAgain(`${reason}; watched again`, reason)
  }

  async #drop(): Promise<void> {
    const tree = this.#tree
    this.#tree = null
    await tree?.close()
  }

  async #openAgain(success: string | null, failure: string | null): Promise<void> {
    try {
      await this.#openOnce()
      if (success !== null) this.#tellRoot(this.#lack === null ? success : `${success}, but ${this.#lack}`, this.#lack !== null)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      if (failure !== null) this.#tellRoot(`${failure}; ${error.message}`, true)
    }
  }

  #openOnce(): Promise<void> {
    this.#opening ??= this.#openTree().finally(() => {
      this.#opening = null
    })
    return this.#opening
  }

  async #openTree(): Promise<void> {
    const identity = identityOf(this.#root.path)
    if (identity === null) throw rootFault(this.#root.path, 'ENOENT')
    this.#lack = null
    let tree: WatchedTree | null = null
    let broken: string | null = null
    const isHeard = (): boolean => !this.#closed && (tree === null || tree === this.#tree)
    tree = await this.#open(this.#root, this.#events(isHeard, (reason) => {
      if (tree === null) broken = reason
      else void this.#break(reason)
    }))
    this.#tree = tree
    this.#identity = identity
    this.#canary?.sing()
    if (this.#closed || broken !== null) await this.#drop()
    if (broken !== null) throw new Fault(`${broken} just as it began to be watched`)
  }

  #events(isHeard: () => boolean, broken: (reason: string) => void): TreeEvents {
    const { name } = this.#root
    return {
      changed: (path, closed) => {
        if (!isHeard()) return
        if (this.#canary?.isAt(path) === true) this.#hearCanary()
        else this.#tell({ is: 'path', root: name, path, ...(closed ? { closed } : {}) })
      },
      directory: (path) => isHeard() && !isOwnFile(path) && this.#tell({ is: 'directory', root: name, path }),
      broken: (reason) => isHeard() && broken(reason),
      incomplete: (reason) => {
        if (!isHeard()) return
        this.#lack = reason
        this.#tellRoot(reason, true)
      },
      complete: () => {
        if (!isHeard()) return
        this.#lack = null
        this.#tellRoot('all of it is watched again', false)
      },
    }
  }

  #tellRoot(reason: string, lost: boolean): void {
    if (!this.#closed) this.#tell({ is: 'root', root: this.#root.name, reason, lost })
  }
}

/** Device and inode; null where nothing can be seen. */
const identityOf = (path: Path): string | null => {
  try {
    const { dev, ino } = statSync(fsPath(path), { bigint: true })
    return `${dev}:${ino}`
  } catch {
    return null
  }
}
