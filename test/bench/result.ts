import type { Finish } from './race.ts'

/** What one bench gave at one place. */
export type Result = {
  readonly bench: string
  readonly place: string
  readonly title: string
  readonly finishes: readonly Finish[]
  /** The contender that the others are held against; null: nobody. */
  readonly base: string | null
  readonly limits: readonly Limit[]
  readonly figures: readonly Figure[]
  readonly remarks: readonly string[]
}

/** The wall time of `of` is at most `times` that of the base, plus a constant. */
export type Limit = { readonly of: string; readonly times: number; readonly plusMs: number }

/** Something measured that is not the time of a program. */
export type Figure = {
  readonly what: string
  readonly value: number
  readonly unit: 'ms' | 'µs' | 'B' | 'MiB' | '×' | ''
  readonly limit: number | null
}

export const result = (of: Pick<Result, 'bench' | 'place' | 'title'> & Partial<Result>): Result => ({
  finishes: [], base: null, limits: [], figures: [], remarks: [], ...of,
})
