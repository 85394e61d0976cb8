/** Which groups this process has claimed, by digest, and which of them it needs no more. What the database says is
 *  asked elsewhere and entered here. */
export type ClaimBook = {
  /** What was claimed under an earlier lease is not ours any more. */
  under(fence: number | null): void
  isOurs(digest: string): boolean
  /** The database is being told just now that it is not needed. Claimed meanwhile, it would be lost again. */
  isLeaving(digest: string): boolean
  /** These are needed, and not given back. Gives those that the database is to be asked for. */
  need(digests: readonly string[]): readonly string[]
  /** These are needed, and not given back. */
  keep(digests: readonly string[]): void
  /** The database gave us these. */
  enter(digests: Iterable<string>): void
  /** They are not ours, or nobody knows. */
  strike(digests: readonly string[]): void
  /** Somebody left these half done, and we end them. */
  end(digests: Iterable<string>): void
  /** Those of these that are ours are not needed any more. */
  letGo(digests: readonly string[]): void
  /** Tells the database of all that is not needed any more; where that fails, it is to be told again. */
  givingBack<T>(tell: (gone: readonly string[]) => Promise<T>): Promise<T>
  /** Something is to be given back. */
  readonly isAnyFree: boolean
  /** How many are claimed and not let go. */
  readonly inHand: number
}

export const openClaimBook = (): ClaimBook => {
  let fence: number | null = null
  /** Ours in the database. */
  const held = new Set<string>()
  /** Of these, what is not needed any more. */
  const free = new Set<string>()
  const leaving = new Set<string>()
  /** What somebody left half done, as long as that is ended. */
  const ending = new Set<string>()

  const keep = (digests: readonly string[]): void => {
    for (const one of digests) free.delete(one)
  }
  return {
    under: (now) => {
      if (now !== fence) for (const all of [held, free, ending]) all.clear()
      fence = now
    },
    isOurs: (digest) => held.has(digest),
    isLeaving: (digest) => leaving.has(digest),
    need: (digests) => {
      const wanted = digests.filter((one) => !held.has(one) || free.has(one))
      keep(wanted)
      return wanted
    },
    keep,
    enter: (digests) => {
      for (const one of digests) held.add(one)
    },
    strike: (digests) => {
      for (const one of digests) held.delete(one)
    },
    end: (digests) => {
      for (const one of digests) ending.add(one)
    },
    letGo: (digests) => {
      for (const one of digests) if (ending.delete(one) || held.has(one)) free.add(one)
    },
    givingBack: async (tell) => {
      const gone = [...free]
      free.clear()
      for (const one of gone) {
        held.delete(one)
        leaving.add(one)
      }
      try {
        return await tell(gone)
      } catch (error) {
        for (const one of gone) free.add(one)
        throw error
      } finally {
        leaving.clear()
      }
    },
    get isAnyFree() {
      return free.size > 0
    },
    get inHand() {
      return held.size - free.size
    },
  }
}
