import { closeSync, constants, openSync, rmSync } from 'node:fs'
import { canaryName } from '../domain/own-names.ts'
import { fsPath, joinPath, type Path } from '../domain/path.ts'
import type { WatchRoot } from '../world.ts'
import { codeOf } from './inotify-calls.ts'

/** Checks of a root from one proof to the next, and how many of them its event may take. */
const checksBetween = 6
const checksToHear = 2

/** Proves that events of a root arrive: makes a hidden file in it, removes it at once, and waits to be told. It says
 *  nothing of what other machines write on a network file system. */
export class Canary {
  readonly #path: Path
  /** Checks since the file was made; null while nobody waits for it. */
  #waited: number | null = null
  #rested = 0
  #refusal: string | null = null

  constructor(root: WatchRoot) {
    this.#path = joinPath(root.path, canaryName)
  }

  /** Makes and removes the file. */
  sing(): void {
    this.#rested = 0
    this.#waited = 0
    this.#refusal = null
    try {
      rmSync(fsPath(this.#path), { force: true })
      closeSync(openSync(fsPath(this.#path), constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600))
      rmSync(fsPath(this.#path), { force: true })
    } catch (error) {
      this.#refusal = `no file can be made in it to see whether its events arrive (${codeOf(error)})`
    }
  }

  /** Whether a path is the canary's: nobody else need hear of it. */
  isAt(path: Path): boolean {
    return path === this.#path
  }

  /** The event arrived. */
  heard(): void {
    this.#waited = null
  }

  /** A check of the root: why its events are not proved to arrive, or null. A deaf one gets less patience, so that
   *  it is tried again soon. */
  check(isDeaf: boolean): string | null {
    if (this.#waited === null) {
      this.#rested += 1
      if (this.#rested >= checksBetween) this.sing()
    } else this.#waited += 1
    if (this.#refusal !== null) return this.#refusal
    return this.#waited !== null && this.#waited >= (isDeaf ? 1 : checksToHear) ? 'no event of its canary arrives' : null
  }
}
