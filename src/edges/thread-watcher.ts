import { Fault } from '../domain/fault.ts'
import { minute, type Millis, second } from '../domain/time.ts'
import type { Hint, Watcher, WatchRoot, WatchState } from '../world.ts'
import { WatchThread } from './watch-thread.ts'

export type ThreadWatcherOptions = {
  /** Called on this thread for every hint, in batches with pauses between them. */
  readonly onHint: (hint: Hint) => void
  /** How often a root that is lost is tried again, and one that is watched is looked at. */
  readonly checkMs?: Millis
  /** A thread that says nothing for so long is given up and replaced. */
  readonly silenceMs?: Millis
}

/** `reason` of what it watches is empty, or says which part is not watched. */
type Kind = { readonly backend: WatchState['backend']; readonly startWorker: () => Worker }

const longestRestartMs: Millis = 10 * minute

/** Watches in a thread of its own, started with the first root and replaced when it dies or is held up.
 *
 * A root that `watch` refuses is wanted all the same, until `unwatch`: a hint for it says when it is
 * watched at last. To ask again for one that is watched costs nothing and gives its present state. */
export const openThreadWatcher = (kind: Kind, options: ThreadWatcherOptions): Watcher =>
  new ThreadWatcher(kind, options)

class ThreadWatcher implements Watcher {
  readonly #kind: Kind
  readonly #onHint: (hint: Hint) => void
  readonly #checkMs: Millis
  readonly #silenceMs: Millis
  readonly #roots = new Map<string, WatchRoot>()
  #thread: WatchThread | null = null
  #restart: Timer | null = null
  #deaths = 0
  #isClosed = false

  constructor(kind: Kind, { onHint, checkMs = 5 * second, silenceMs = minute }: ThreadWatcherOptions) {
    this.#kind = kind
    this.#onHint = onHint
    this.#checkMs = checkMs
    this.#silenceMs = silenceMs
  }

  async watch(root: WatchRoot): Promise<WatchState> {
    if (this.#isClosed) throw new Fault('nothing is watched any more', { remedy: 'the program is ending' })
    const known = this.#roots.get(root.name)
    if (known !== undefined && !isSame(known, root)) await this.unwatch(root.name)
    this.#roots.set(root.name, root)
    if (this.#restart !== null) throw new Fault('the thread that watches has ended, and is started again soon')
    this.#thread ??= this.#start()
    const lack = await this.#thread.watch(root)
    return { backend: this.#kind.backend, reason: lack ?? '' }
  }

  async unwatch(name: string): Promise<void> {
    if (this.#roots.delete(name)) await this.#thread?.unwatch(name).catch(() => {})
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#roots.clear()
    if (this.#restart !== null) clearTimeout(this.#restart)
    this.#restart = null
    const thread = this.#thread
    this.#thread = null
    await thread?.end()
  }

  #start(): WatchThread {
    return new WatchThread(this.#kind.startWorker(), {
      checkMs: this.#checkMs,
      silenceMs: this.#silenceMs,
      onHint: (hint) => this.#roots.has(hint.root) && this.#onHint(hint),
      onDeath: (reason) => this.#died(`the thread that watches ended: ${reason}`),
    })
  }

  /** The pause before the next thread grows, so that a file system that never answers costs few of them. */
  #died(reason: string): void {
    this.#thread = null
    const pauseMs = Math.min(this.#checkMs * 2 ** this.#deaths++, longestRestartMs)
    this.#restart = setTimeout(() => this.#startAgain(), pauseMs)
    for (const root of this.#roots.keys()) this.#onHint({ is: 'root', root, reason, lost: true })
  }

  #startAgain(): void {
    this.#restart = null
    if (this.#roots.size === 0) return
    const thread = this.#start()
    this.#thread = thread
    for (const root of this.#roots.values()) {
      const told = (lack: string | null): void =>
        this.#onHint({ is: 'root', root: root.name, reason: lack ?? 'watched again', lost: lack !== null })
      void thread.watch(root).then(told, () => {})
    }
  }
}

const isSame = (a: WatchRoot, b: WatchRoot): boolean => a.path === b.path && a.recursive === b.recursive && a.canary === b.canary
