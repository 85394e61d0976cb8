import type { Candidate } from './candidates.ts'

/** Groups that others had in hand: they are asked for again. */
export type RefusedGroups = {
  /** Of a group that was refused before, every file is remembered. */
  add(batch: readonly Candidate[]): void
  takeAll(): readonly Candidate[]
}

/** Of more than these, only a scan knows. */
const mostRefused = 20_000

export const openRefusedGroups = (): RefusedGroups => {
  const refused = new Map<string, Candidate>()
  return {
    add: (batch) => {
      for (const one of batch) {
        const before = refused.get(one.digest)
        if (before !== undefined) refused.set(one.digest, { ...one, fresh: new Map([...before.fresh, ...one.fresh]) })
        else if (!one.due && refused.size < mostRefused) refused.set(one.digest, one)
      }
    },
    takeAll: () => {
      const all = [...refused.values()]
      refused.clear()
      return all
    },
  }
}
