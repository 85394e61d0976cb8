import type { Hint } from '../world.ts'

type RootHint = Extract<Hint, { is: 'root' }>
type Waiting = { readonly places: Map<string, Hint>; readonly roots: Map<string, RootHint> }

/** Hints of one batch that stand for themselves; what is beyond becomes one hint for its whole root. */
export const hintLimit = 100_000

/** Hints on their way to the main thread: each place once, and never more than `limit` of them, however
 *  long nobody takes them. A root that is to be scanned whole swallows its other hints. */
export class HintBatch {
  readonly #limit: number
  readonly #byRoot = new Map<string, Waiting>()
  /** Roots whose last word was that they are not watched. */
  readonly #lost = new Set<string>()
  #size = 0

  constructor(limit = hintLimit) {
    this.#limit = limit
  }

  get size(): number {
    return this.#size
  }

  add(hint: Hint): void {
    const waiting = this.#waiting(hint.root)
    if (hint.is === 'root') this.#addRoot(waiting, hint)
    else if (waiting.roots.size === 0) this.#addPlace(waiting, hint)
  }

  /** Takes out up to `count` hints, in their order of arrival within each root. */
  take(count: number): Hint[] {
    const taken: Hint[] = []
    for (const [name, { places, roots }] of this.#byRoot) {
      for (const hints of [places, roots])
        for (const [key, hint] of hints) {
          if (taken.length === count) return taken
          hints.delete(key)
          this.#size -= 1
          taken.push(hint)
        }
      this.#byRoot.delete(name)
    }
    return taken
  }

  /** Drops what waits for a root that nobody watches any more. */
  forget(root: string): void {
    const waiting = this.#byRoot.get(root)
    this.#size -= (waiting?.places.size ?? 0) + (waiting?.roots.size ?? 0)
    this.#byRoot.delete(root)
    this.#lost.delete(root)
  }

  /** The latest word on a root comes last, since it says whether the root is lost. */
  #addRoot(waiting: Waiting, hint: RootHint): void {
    this.#size -= waiting.places.size
    waiting.places.clear()
    const key = `${hint.lost} ${hint.reason}`
    if (!waiting.roots.delete(key)) this.#size += 1
    waiting.roots.set(key, hint)
    if (hint.lost) this.#lost.add(hint.root)
    else this.#lost.delete(hint.root)
  }

  #addPlace(waiting: Waiting, hint: Exclude<Hint, RootHint>): void {
    const key = `${hint.is} ${hint.path}`
    const isNew = !waiting.places.has(key)
    waiting.places.set(key, hint)
    if (!isNew) return
    this.#size += 1
    if (this.#size > this.#limit) this.#sumUp()
  }

  #sumUp(): void {
    const [largest] = [...this.#byRoot].sort(([, a], [, b]) => b.places.size - a.places.size)
    if (largest === undefined) return
    const [root, { places }] = largest
    this.add({ is: 'root', root, reason: `${places.size} changes at once`, lost: this.#lost.has(root) })
  }

  #waiting(root: string): Waiting {
    const known = this.#byRoot.get(root)
    if (known !== undefined) return known
    const waiting: Waiting = { places: new Map(), roots: new Map() }
    this.#byRoot.set(root, waiting)
    return waiting
  }
}
