/** Takes lines at once and writes them behind the caller's back, in order, many at a time. */
export type BoundedWriter = {
  /** Never waits, never throws. A line that finds the queue full is dropped and counted. */
  add(line: string): void
  /** Ends when all is written or lost. Where a disk does not answer that may be never: give it a limit. */
  drained(): Promise<void>
}

export type WriterOptions = {
  readonly write: (text: string) => Promise<void>
  /** Lines were lost, by a write that failed or since the queue is full; told each time. */
  readonly onLoss: (error: unknown) => void
  /** The line that tells how many were lost, written before the first one that gets through again. */
  readonly lossLine: (lines: number) => string
}

/** What waits for a slow or hanging disk: about 1 MiB of text, then lines are dropped. */
export const mostQueuedCharacters = 1024 * 1024
/** What one write takes at most, unless a single line is longer. */
export const batchCharacters = 64 * 1024

export const boundedWriter = ({ write, onLoss, lossLine }: WriterOptions): BoundedWriter => {
  let queue: string[] = []
  let queuedCharacters = 0
  let lost = 0
  let pumping: Promise<void> | undefined

  const takeBatch = (): string[] => {
    let characters = 0
    const end = queue.findIndex((line) => (characters += line.length) > batchCharacters)
    const batch = queue.slice(0, end === -1 ? queue.length : Math.max(end, 1))
    queue = queue.slice(batch.length)
    for (const line of batch) queuedCharacters -= line.length
    return batch
  }

  const writeBatch = async (): Promise<void> => {
    const told = lost
    const batch = takeBatch()
    try {
      await write((told > 0 ? lossLine(told) : '') + batch.join(''))
      lost -= told
    } catch (error) {
      lost += batch.length
      onLoss(error)
    }
  }

  const pump = async (): Promise<void> => {
    await Promise.resolve() // lines that come in one go make one write
    while (queue.length > 0) await writeBatch()
    pumping = undefined
  }

  return {
    add(line) {
      if (queuedCharacters + line.length > mostQueuedCharacters) {
        lost += 1
        return onLoss(new Error('it does not answer, and no more lines are kept waiting for it'))
      }
      queue.push(line)
      queuedCharacters += line.length
      pumping ??= pump()
    },
    drained: async () => pumping,
  }
}
