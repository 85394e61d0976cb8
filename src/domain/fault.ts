/** Trouble outside the program, in the operator's words: what happened, where, and what to do.
 *
 * A fault belongs to one group, or, where `archive` is named, to that archive as a whole: then its groups are held
 * without using up retries. Anything that is thrown and is not a Fault is a bug of ours. */
export class Fault extends Error {
  readonly remedy: string | undefined
  /** The archive that is in trouble as a whole: gone, unmounted, full, read-only, not answering. */
  readonly archive: string | undefined

  constructor(message: string, more: { remedy?: string; archive?: string; cause?: unknown } = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause })
    this.name = 'Fault'
    this.remedy = more.remedy
    this.archive = more.archive
  }

  /** Message and remedy in one sentence, as rows and logs keep it. (`line` is taken: Bun puts it on every Error.) */
  get sentence(): string {
    return this.remedy === undefined ? this.message : `${this.message}; ${this.remedy}`
  }
}

/** The plain form in which a fault travels between threads. */
export type FaultData = { readonly message: string; readonly remedy?: string; readonly archive?: string }

export const faultToData = (fault: Fault): FaultData => ({
  message: fault.message,
  ...(fault.remedy === undefined ? {} : { remedy: fault.remedy }),
  ...(fault.archive === undefined ? {} : { archive: fault.archive }),
})

export const faultFromData = (data: FaultData): Fault => new Fault(data.message, data)
