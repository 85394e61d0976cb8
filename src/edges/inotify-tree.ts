import { closeSync } from 'node:fs'
import { joinPath, type Path } from '../domain/path.ts'
import type { WatchRoot } from '../world.ts'
import { codeOf, type Errno, type InotifyCalls } from './inotify-calls.ts'
import { type InotifyEvent, inotifyBits as bits, parseInotifyEvents } from './inotify-events.ts'
import { instanceFault, limitReason, overflowReason, rootFault } from './inotify-limits.ts'
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

/** A directory that is to be watched. `told`: somebody has to look into it afterwards. */
type Arrival = { readonly path: Path; readonly parent: Directory; readonly told: boolean }

/** Waits in the event loop, without a thread; leaves the descriptor open. */
const eventsOf = (fd: number) => Bun.file(fd).stream().getReader()

/** Directories entered before events and messages have their turn. */
const directoriesPerTurn = 256

const gone: readonly Errno[] = ['ENOENT', 'ENOTDIR', 'ELOOP']
const forbidden: readonly Errno[] = ['EACCES', 'EPERM']

/** Owns one inotify instance and the directories that it watches.
 *
 * A directory is watched first, then its subdirectories are listed, then it is told of: what was in it before the
 * watch is found by whoever then looks, what comes after it is an event. What moves is dropped on its way out and
 * entered on its way in, whatever was known of it in between. */
class InotifyTree implements WatchedTree {
  readonly #calls: InotifyCalls
  readonly #fd: number
  readonly #root: WatchRoot
  readonly #tell: TreeEvents
  readonly #reader: ReturnType<typeof eventsOf>
  readonly #directories = new WatchedDirectories()
  readonly #arrivals: Arrival[] = []
  /** Not watched: by permission, and by a limit. */
  readonly #forbidden = new Map<Path, Arrival>()
  readonly #refused = new Map<Path, Arrival>()
  #isEntering = false
  #incomplete = false
  #ended = false

  constructor(calls: InotifyCalls, fd: number, root: WatchRoot, tell: TreeEvents) {
    this.#calls = calls
    this.#fd = fd
    this.#root = root
    this.#tell = tell
    this.#reader = eventsOf(fd)
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
    await this.#enterArrivals()
  }

  /** One that a limit refused is enough to know whether the others have a chance. */
  retry(): void {
    if (this.#ended) return
    const [refused] = this.#refused.values()
    for (const one of this.#forbidden.values()) this.#arrivals.push(one)
    if (refused !== undefined && this.#enter(refused))
      for (const one of this.#refused.values()) this.#arrivals.push(one)
    void this.#enterArrivals()
  }

  async close(): Promise<void> {
    if (this.#ended) return
    this.#ended = true
    this.#arrivals.length = 0
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
    if (!(event.mask & bits.isDirectory)) return this.#tell.changed(path)
    if (!this.#root.recursive) return
    if (event.mask & (bits.movedFrom | bits.delete)) this.#leave(directory, path)
    if (event.mask & (bits.movedTo | bits.create)) this.#arrivals.push({ path, parent: directory, told: true })
    void this.#enterArrivals()
  }

  /** What happens to a watched directory itself. Its parent tells most of it too, but not that it is unmounted. */
  #takeOwn(directory: Directory, mask: number): void {
    const { parent, path } = directory
    if (parent === null) return this.#takeRoot(mask)
    if (!(mask & (bits.ignored | bits.unmount))) return
    this.#drop(this.#directories.drop(directory))
    if (mask & bits.unmount) this.#arrivals.push({ path, parent, told: true })
    void this.#enterArrivals()
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

  /** Arrivals that come while it is at work are its own. */
  async #enterArrivals(): Promise<void> {
    if (this.#isEntering) return
    this.#isEntering = true
    for (let count = 1; ; count++) {
      const arrival = this.#arrivals.pop()
      if (arrival === undefined) break
      this.#enter(arrival)
      if (count % directoriesPerTurn === 0) await new Promise(setImmediate)
    }
    this.#isEntering = false
    if (!this.#incomplete || this.#refused.size > 0 || this.#ended) return
    this.#incomplete = false
    this.#tell.complete()
  }

  /** Whether it is watched now. */
  #enter(arrival: Arrival): boolean {
    const { path, parent, told } = arrival
    this.#forbidden.delete(path)
    this.#refused.delete(path)
    if (!this.#directories.has(parent)) return false
    const wd = this.#calls.add(this.#fd, path, false)
    if (typeof wd === 'string') return this.#refuse(arrival, wd)
    const entered = this.#directories.put(path, wd, parent)
    if (entered === null) return true
    this.#drop(entered.dropped, wd)
    const errno = this.#list(entered.added, told)
    if (errno === null && told) this.#tell.directory(path)
    if (errno === null) return true
    this.#drop(this.#directories.drop(entered.added))
    return this.#refuse(arrival, errno)
  }

  #list(directory: Directory, told: boolean): Errno | null {
    try {
      for (const path of subdirectoriesOf(directory.path)) this.#arrivals.push({ path, parent: directory, told })
      return null
    } catch (error) {
      return codeOf(error)
    }
  }

  #refuse(arrival: Arrival, errno: Errno): false {
    if (gone.includes(errno)) return false
    if (arrival.told) this.#tell.directory(arrival.path)
    if (forbidden.includes(errno)) this.#forbidden.set(arrival.path, arrival)
    else this.#refused.set(arrival.path, arrival)
    if (this.#incomplete || this.#refused.size === 0) return false
    this.#incomplete = true
    this.#tell.incomplete(limitReason(errno))
    return false
  }
}
