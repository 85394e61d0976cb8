import type { Millis } from '../domain/time.ts'
import type { Hint } from '../world.ts'
import { HintBatch } from './hint-batch.ts'

/** Hints are gathered this long before they are sent, or until there are enough for a message. */
const gatherMs: Millis = 20
const hintsPerMessage = 1000

/** Sends hints one message at a time, the next one when the last was taken: a main thread that is busy for
 *  long finds a bounded number of them. */
export class HintSender {
  readonly #send: (hints: readonly Hint[]) => void
  readonly #batch = new HintBatch()
  #timer: Timer | null = null
  #isUnderWay = false

  constructor(send: (hints: readonly Hint[]) => void) {
    this.#send = send
  }

  add(hint: Hint): void {
    this.#batch.add(hint)
    this.#plan()
  }

  /** The last message was taken. */
  taken(): void {
    this.#isUnderWay = false
    this.#plan()
  }

  /** What waits for this root is not sent any more. */
  forget(root: string): void {
    this.#batch.forget(root)
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#isUnderWay = true
  }

  #plan(): void {
    if (this.#isUnderWay || this.#batch.size === 0) return
    if (this.#batch.size >= hintsPerMessage) this.#flush()
    else this.#timer ??= setTimeout(() => this.#flush(), gatherMs)
  }

  #flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    if (this.#isUnderWay || this.#batch.size === 0) return
    this.#isUnderWay = true
    this.#send(this.#batch.take(hintsPerMessage))
  }
}
