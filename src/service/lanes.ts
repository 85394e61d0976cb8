import type { Candidate, Candidates } from './candidates.ts'

/** A batch is bounded by number and by bytes. */
export const batchGroups = 500
export const batchBytes = 64 * 1024 * 1024

/** A slow group that goes on by itself. */
export type Beside = { readonly candidate: Candidate; readonly end: Promise<void> }

/** A few batches on their way at a time. A large file keeps its own lane busy and no other. */
export type Lanes = {
  /** Begins as many batches as there are free lanes and candidates for them. */
  pump(least?: number): void
  /** When nothing is on its way any more; rejects with the first error that ended a batch. */
  idle(): Promise<void>
  /** When the next lane has run dry. */
  ended(): Promise<void>
  readonly active: number
}

export const openLanes = (
  candidates: Candidates,
  options: {
    readonly lanes: number
    /** Works a batch off. What it gives goes on beside the lanes; those candidates stay in hand until it ends. */
    readonly run: (batch: readonly Candidate[]) => Promise<readonly Beside[]>
    readonly onEnd: () => void
    /** No new batch is begun. */
    readonly stopped: () => boolean
  },
): Lanes => {
  const running = new Set<Promise<void>>()
  let fewest = 1
  let busy = 0
  let failure: { readonly error: unknown } | null = null

  const lane = async () => {
    for (;;) {
      const batch = options.stopped() || candidates.size < fewest ? [] : candidates.take(batchGroups, batchBytes)
      if (batch.length === 0) return
      let beside: readonly Beside[] = []
      try {
        beside = await options.run(batch)
      } finally {
        candidates.release(batch.filter((one) => !beside.some((each) => each.candidate === one)))
      }
      for (const { candidate, end } of beside) void track(end.finally(() => candidates.release([candidate])))
    }
  }
  const track = (work: Promise<void>) => {
    const one = work
      .catch((error: unknown) => {
        failure ??= { error }
      })
      .finally(() => {
        running.delete(one)
        options.onEnd()
      })
    running.add(one)
    return one
  }
  const begin = () => {
    busy += 1
    void track(lane().finally(() => {
      busy -= 1
    }))
  }
  return {
    pump: (least = 1) => {
      fewest = least
      while (busy < options.lanes && candidates.size >= least && candidates.size > 0 && !options.stopped()) begin()
    },
    idle: async () => {
      while (running.size > 0) await Promise.race(running)
      const failed = failure
      failure = null
      if (failed !== null) throw failed.error
    },
    ended: async () => {
      await Promise.race(running)
    },
    get active() {
      return running.size
    },
  }
}
