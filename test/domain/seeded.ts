/** Random choices that a seed repeats. */
export type Seeded = {
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number
  pick<T>(from: readonly [T, ...T[]]): T
  /** A text of up to `longest` of these pieces. */
  text(pieces: readonly [string, ...string[]], longest: number): string
}

/** A new seed at each run; `FUZZ_SEED` repeats one. Put it into the test's name. */
export const fuzzSeed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 32))

/** The generator known as mulberry32. */
export const seeded = (seed: number): Seeded => {
  let state = seed >>> 0
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit)
  }
  const pick = <T>(from: readonly [T, ...T[]]): T => from[below(from.length)] ?? from[0]
  const text = (pieces: readonly [string, ...string[]], longest: number): string =>
    Array.from({ length: below(longest + 1) }, () => pick(pieces)).join('')
  return { below, pick, text }
}
