import { closeSync } from 'node:fs'
import { joinPath, type Path } from '../domain/path.ts'
import type { WatchRoot } from '../world.ts'
import { type Arrival, DirectoryArrivals } from './directory-arrivals.ts'
import { codeOf, type Errno, type InotifyCalls } from './inotify-calls.ts'
import { type InotifyEvent, inotifyBits as bits, parseInotifyEvents } from './inotify-events.ts'
import { instanceFault, overflowReason, rootFault } from './inotify-limits.ts'
import { subdirectoriesOf } from './subdirectories.ts'
import { type Directory, WatchedDirectories } from './watched-directories.ts'
import type { OpenTree, TreeEvents, WatchedTree } from './watched-tree.ts'

/** Trees by inotify: one instance for each root, so that their queues and their losses are apart. */
export const inotifyTrees =
  (calls: InotifyCalls): OpenTree =>
  async (root, tell) => {
    const fd = calls.init()
    if (typeof fd === 'string') throw instanceFault(fd)
    const tree = new InotifyTree(calls, fd, root, tell)
    try {
      await tree.enterRoot()
      return tree
    } catch (error) {
      await tree.close()
      throw error
    }
  }

/** Waits in the event loop, without a thread; leaves the descriptor open. */
const eventsOf = (fd: number) => Bun.file(fd).stream().getReader()

const isClosed = (mask: number): boolean => (mask & (bits.closeWrite | bits.movedTo)) !== 0

/** Owns one inotify instance and the directories that it watches.
 *
 * A directory is watched first, then its subdirectories are listed, then it is told of: what was in it
 * before the watch is found by whoever then looks, what comes after it is an event. What moves is dropped
 * on its way out and entered on its way in, whatever was known of it in between. */
class InotifyTree implements WatchedTree {
  readonly #calls: InotifyCalls
  readonly #fd: number
  readonly #root: WatchRoot
  readonly #tell: TreeEvents
  readonly #reader: ReturnType<typeof eventsOf>
  readonly #directories = new WatchedDirectories()
  readonly #arrivals: DirectoryArrivals
  #ended = false

  constructor(calls: InotifyCalls, fd: number, root: WatchRoot, tell: TreeEvents) {
    this.#calls = calls
    this.#fd = fd
    this.#root = root
    this.#tell = tell
    this.#reader = eventsOf(fd)
    this.#arrivals = new DirectoryArrivals((arrival) => this.#enter(arrival), tell)
  }

  async enterRoot(): Promise<void> {
    const { path, recursive } = this.#root
    const wd = this.#calls.add(this.#fd, path, true)
    if (typeof wd === 'string') throw rootFault(path, wd)
    const root = this.#directories.put(path, wd, null)?.added
    void this.#read()
    if (root === undefined || !recursive) return
    const errno = this.#list(root, false)
    if (errno !== null) throw rootFault(path, errno)
    await this.#arrivals.enter()
  }

  retry(): void {
    if (!this.#ended) void this.#arrivals.retry()
  }

  async close(): Promise<void> {
    if (this.#ended) return
    this.#ended = true
    this.#arrivals.end()
    await this.#reader.cancel()
    closeSync(this.#fd)
  }

  async #read(): Promise<void> {
    try {
      for (;;) {
        const { done, value } = await this.#reader.read()
        if (this.#ended) return
        if (done) return this.#tell.broken('the kernel ended the events')
        for (const event of parseInotifyEvents(value)) this.#take(event)
      }
    } catch (error) {
      this.#tell.broken(`the events can't be read: ${codeOf(error)}`)
    }
  }

  #take(event: InotifyEvent): void {
    if (this.#ended) return
    if (event.mask & bits.overflow) return this.#tell.broken(overflowReason())
    const directory = this.#directories.at(event.wd)
    if (directory === undefined) return
    if (event.name === '') return this.#takeOwn(directory, event.mask)
    const path = joinPath(directory.path, event.name)
    if (!(event.mask & bits.isDirectory)) return this.#tell.changed(path, isClosed(event.mask))
    if (!this.#root.recursive) return
    if (event.mask & (bits.movedFrom | bits.delete)) this.#leave(directory, path)
    if (event.mask & (bits.movedTo | bits.create)) this.#arrivals.add({ path, parent: directory, told: true })
    void this.#arrivals.enter()
  }

  /** What happens to a watched directory itself. Its parent tells most of it too, but not that it is
   *  unmounted. */
  #takeOwn(directory: Directory, mask: number): void {
    const { parent, path } = directory
    if (parent === null) return this.#takeRoot(mask)
    if (!(mask & (bits.ignored | bits.unmount))) return
    this.#drop(this.#directories.drop(directory))
    if (mask & bits.unmount) this.#arrivals.add({ path, parent, told: true })
    void this.#arrivals.enter()
  }

  #takeRoot(mask: number): void {
    if (mask & bits.unmount) this.#tell.broken('its file system was unmounted')
    else if (mask & bits.moveSelf) this.#tell.broken('the directory was moved away')
    else if (mask & (bits.deleteSelf | bits.ignored)) this.#tell.broken('the directory was deleted')
  }

  #leave(parent: Directory, path: Path): void {
    const known = parent.children.get(path)
    if (known === undefined) this.#tell.directory(path)
    else this.#drop(this.#directories.drop(known))
  }

  #drop(directories: readonly Directory[], keep = -1): void {
    for (const one of directories) {
      if (one.wd !== keep) this.#calls.remove(this.#fd, one.wd)
      this.#tell.directory(one.path)
    }
  }

  #enter({ path, parent, told }: Arrival): Errno | null {
    if (!this.#directories.has(parent)) return 'ENOENT'
    const wd = this.#calls.add(this.#fd, path, false)
    if (typeof wd === 'string') return wd
    const entered = this.#directories.put(path, wd, parent)
    if (entered === null) return null
    this.#drop(entered.dropped, wd)
    const errno = this.#list(entered.added, told)
    if (errno !== null) this.#drop(this.#directories.drop(entered.added))
    else if (told) this.#tell.directory(path)
    return errno
  }

  #list(directory: Directory, told: boolean): Errno | null {
    try {
      for (const path of subdirectoriesOf(directory.path)) this.#arrivals.add({ path, parent: directory, told })
      return null
    } catch (error) {
      return codeOf(error)
    }
  }
}
