import type { Watch } from '../config/config.ts'
import { Fault } from '../domain/fault.ts'
import type { Path } from '../domain/path.ts'
import type { Millis } from '../domain/time.ts'
import type { FileSystem, Hint, Watcher, WatchRoot, WatchState } from '../world.ts'
import { type Choice, chooseBackend } from './choose-backend.ts'
import { systemClock } from './clock.ts'
import { openFsWatch } from './fs-watch.ts'
import { loadInotify } from './inotify-calls.ts'
import { openInotify } from './inotify.ts'
import { openPoll, pollReason } from './poll.ts'
import type { ThreadWatcherOptions } from './thread-watcher.ts'

/** A root whose file system does not answer is not waited for at the end. */
const goodbyeMs: Millis = 1000

export type WatchersOptions = ThreadWatcherOptions & {
  /** What the config asks for, by the name of the root. */
  readonly backendOf: (root: string) => Watch['backend']
  /** Not on this thread, and within a time limit. */
  readonly fileSystemOf: (path: Path) => Promise<FileSystem | Fault>
  /** How often a root is scanned whose events are not to be trusted, or are missing. */
  readonly scanIntervalMs: Millis
}

/** Watches each root as its config and its file system want it.
 *
 * A root that can't be watched, or not all of it, is hinted as lost every `scanIntervalMs` until it is
 * watched: also one that `watch` refused, until `unwatch`. Each time a root is watched anew its file
 * system is looked up again, since another one may have been mounted there. */
export const openWatchers = (options: WatchersOptions): Watcher => new Watchers(options)

type Backend = WatchState['backend']

class Watchers implements Watcher {
  readonly #options: WatchersOptions
  readonly #withoutInotify: Fault | null
  readonly #backends: Readonly<Record<Backend, Watcher>>
  readonly #roots = new Map<string, WatchRoot>()
  readonly #beginning = new Map<string, Promise<WatchState>>()
  /** Why a root is not watched, or not all of it. */
  readonly #lacks = new Map<string, string>()

  constructor(options: WatchersOptions) {
    this.#options = options
    const onHint = (hint: Hint): void => this.#hear(hint)
    const calls = loadInotify()
    this.#withoutInotify = calls instanceof Fault ? calls : null
    this.#backends = {
      inotify: openInotify({ ...options, onHint }),
      'fs.watch': openFsWatch({ ...options, onHint }),
      poll: openPoll({ onHint: ({ root }) => this.#tick(root), intervalMs: options.scanIntervalMs }),
    }
  }

  watch(root: WatchRoot): Promise<WatchState> {
    this.#roots.set(root.name, root)
    return this.#begin(root)
  }

  async unwatch(name: string): Promise<void> {
    this.#roots.delete(name)
    this.#lacks.delete(name)
    await this.#beginning.get(name)?.catch(() => {})
    await this.#leaveAllBut([], name)
  }

  async close(): Promise<void> {
    this.#roots.clear()
    const { poll, inotify, 'fs.watch': fsWatch } = this.#backends
    await Promise.all([inotify.close(), fsWatch.close()])
    const begun = Promise.all([...this.#beginning.values()].map((one) => one.catch(() => {})))
    await Promise.race([begun, systemClock.sleep(goodbyeMs)])
    await poll.close()
  }

  #begin(root: WatchRoot): Promise<WatchState> {
    const running = this.#beginning.get(root.name)
    if (running !== undefined) return running
    const beginning = this.#choose(root).finally(() => this.#beginning.delete(root.name))
    this.#beginning.set(root.name, beginning)
    return beginning
  }

  async #choose(root: WatchRoot): Promise<WatchState> {
    try {
      return await this.#watchAsChosen(root)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      await this.#miss(root, error.message)
      throw error
    }
  }

  async #watchAsChosen(root: WatchRoot): Promise<WatchState> {
    const fileSystem = await this.#options.fileSystemOf(root.path)
    if (fileSystem instanceof Fault) throw fileSystem
    const choice = chooseBackend({
      wanted: this.#options.backendOf(root.name),
      fileSystem,
      withoutInotify: this.#withoutInotify,
      scanIntervalMs: this.#options.scanIntervalMs,
    })
    if (choice instanceof Fault) throw choice
    if (!this.#roots.has(root.name)) throw new Fault(`${root.name} is not to be watched any more`)
    const state = await this.#backends[choice.backend].watch(root)
    return this.#settle(root, choice, choice.backend === 'poll' ? '' : state.reason)
  }

  /** Scans what events do not cover, and ends what watched the root before. */
  async #settle(root: WatchRoot, { backend, reason, isTrusted }: Choice, lack: string): Promise<WatchState> {
    const isPolled = backend === 'poll' || !isTrusted || lack !== ''
    if (isPolled) await this.#backends.poll.watch(root)
    await this.#leaveAllBut(isPolled ? [backend, 'poll'] : [backend], root.name)
    if (lack !== '') {
      this.#lacks.set(root.name, lack)
      return { backend, reason: `${reason}; ${lack}: ${pollReason(this.#options.scanIntervalMs)}` }
    }
    const again: Hint = { is: 'root', root: root.name, reason: 'watched again', lost: false }
    if (this.#lacks.delete(root.name)) this.#options.onHint(again)
    return { backend, reason }
  }

  /** A lost root is scanned until it is watched; one that is watched anew may stand on another file system. */
  #hear(hint: Hint): void {
    this.#options.onHint(hint)
    const root = this.#roots.get(hint.root)
    if (hint.is !== 'root' || root === undefined) return
    if (hint.lost) return void this.#miss(root, hint.reason)
    this.#lacks.delete(hint.root)
    this.#tryAgain(root)
  }

  #tick(name: string): void {
    const root = this.#roots.get(name)
    if (root === undefined) return
    const lack = this.#lacks.get(name)
    const scanned = pollReason(this.#options.scanIntervalMs)
    const reason = lack === undefined ? scanned : `${lack}; ${scanned}`
    this.#options.onHint({ is: 'root', root: name, reason, lost: lack !== undefined, routine: true })
    if (lack !== undefined) this.#tryAgain(root)
  }

  #tryAgain(root: WatchRoot): void {
    this.#begin(root).catch((error) => {
      if (!(error instanceof Fault)) throw error
    })
  }

  async #miss(root: WatchRoot, lack: string): Promise<void> {
    if (!this.#roots.has(root.name)) return
    this.#lacks.set(root.name, lack)
    await this.#backends.poll.watch(root)
  }

  async #leaveAllBut(kept: readonly Backend[], name: string): Promise<void> {
    const isLeft = (backend: string): boolean => !kept.some((one) => one === backend)
    const left = Object.entries(this.#backends).filter(([backend]) => isLeft(backend))
    await Promise.all(left.map(([, watcher]) => watcher.unwatch(name)))
  }
}
