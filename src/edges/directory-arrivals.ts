import type { Path } from '../domain/path.ts'
import type { Errno } from './inotify-calls.ts'
import { limitReason } from './inotify-limits.ts'
import type { Directory } from './watched-directories.ts'
import type { TreeEvents } from './watched-tree.ts'

/** A directory that is to be watched. `told`: somebody has to look into it afterwards. */
export type Arrival = { readonly path: Path; readonly parent: Directory; readonly told: boolean }

/** Begins to watch a directory, or says what refused it. */
export type Enter = (arrival: Arrival) => Errno | null

/** Directories entered before events and messages have their turn. */
const directoriesPerTurn = 256

const gone: readonly Errno[] = ['ENOENT', 'ENOTDIR', 'ELOOP']
const forbidden: readonly Errno[] = ['EACCES', 'EPERM']

/** Directories on their way to being watched: those that wait for their turn, and those that were refused
 *  and wait for better times. What is forbidden can't be listed by anybody else here, so it is no lack of
 *  the watch, and is told of once it is allowed; what a limit refuses is a lack. */
export class DirectoryArrivals {
  readonly #enter: Enter
  readonly #tell: TreeEvents
  readonly #waiting: Arrival[] = []
  readonly #forbidden = new Map<Path, Arrival>()
  readonly #refused = new Map<Path, Arrival>()
  #isAtWork = false
  #isIncomplete = false

  constructor(enter: Enter, tell: TreeEvents) {
    this.#enter = enter
    this.#tell = tell
  }

  add(arrival: Arrival): void {
    this.#waiting.push(arrival)
  }

  /** Enters what waits, at once as a rule. What is added while it is at work is entered too. */
  async enter(): Promise<void> {
    if (this.#isAtWork) return
    this.#isAtWork = true
    for (let count = 1; ; count++) {
      const arrival = this.#waiting.pop()
      if (arrival === undefined) break
      this.#enterOne(arrival)
      if (count % directoriesPerTurn === 0) await new Promise(setImmediate)
    }
    this.#isAtWork = false
    if (!this.#isIncomplete || this.#refused.size > 0) return
    this.#isIncomplete = false
    this.#tell.complete()
  }

  /** Of what a limit refused, one is enough to know whether the others have a chance. */
  async retry(): Promise<void> {
    for (const one of this.#forbidden.values()) this.#waiting.push(one)
    const [refused] = this.#refused.values()
    const hasRoom = refused !== undefined && this.#enterOne(refused)
    if (hasRoom) for (const one of this.#refused.values()) this.#waiting.push(one)
    await this.enter()
  }

  /** Whatever waits is not entered any more. */
  end(): void {
    this.#isIncomplete = false
    for (const waiting of [this.#forbidden, this.#refused]) waiting.clear()
    this.#waiting.length = 0
  }

  /** Whether it is watched now. */
  #enterOne(arrival: Arrival): boolean {
    this.#forbidden.delete(arrival.path)
    this.#refused.delete(arrival.path)
    const errno = this.#enter(arrival)
    if (errno !== null && !gone.includes(errno)) this.#refuse(arrival, errno)
    return errno === null
  }

  #refuse(arrival: Arrival, errno: Errno): void {
    if (arrival.told) this.#tell.directory(arrival.path)
    if (forbidden.includes(errno)) return void this.#forbidden.set(arrival.path, { ...arrival, told: true })
    this.#refused.set(arrival.path, arrival)
    if (this.#isIncomplete) return
    this.#isIncomplete = true
    this.#tell.incomplete(limitReason(errno))
  }
}
