import type { Candidate, Candidates } from './candidates.ts'

/** Batches that are claimed already. */
export type ClaimedAhead = {
  add(batch: readonly Candidate[]): void
  readonly isEmpty: boolean
  /** Gives these batches first, as they are. */
  readonly candidates: Candidates
}

export const openClaimedAhead = (candidates: Candidates): ClaimedAhead => {
  const ahead: (readonly Candidate[])[] = []
  return {
    add: (batch) => void ahead.push(batch),
    get isEmpty() {
      return ahead.length === 0
    },
    candidates: {
      ...candidates,
      take: (limit, bytes) => ahead.shift() ?? candidates.take(limit, bytes),
      get size() {
        return candidates.size + ahead.reduce((sum, one) => sum + one.length, 0)
      },
      get inHand() {
        return candidates.inHand
      },
    },
  }
}
