import type { Finish } from './race.ts'
import type { Limit } from './result.ts'
import type { Spent } from './spend.ts'

/** The value that so many hundredths of the others do not exceed; NaN of nothing. */
export const percentile = (values: readonly number[], hundredths: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((sorted.length * hundredths) / 100) - 1)] ?? Number.NaN
}

/** The middle one, or the mean of the two in the middle. */
export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  const upper = sorted[half] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2
}

/** Best and median, the two that say most on a machine with other work. */
export type Summary = { readonly best: number; readonly median: number }

export const summary = (spent: readonly Spent[], of: 'wallMs' | 'cpuMs'): Summary => {
  const values = spent.map((one) => one[of])
  return { best: values.length === 0 ? Number.NaN : Math.min(...values), median: median(values) }
}

export const residentOf = (spent: readonly Spent[]): number | null => {
  const known = spent.flatMap((one) => one.rssBytes ?? [])
  return known.length === 0 ? null : Math.max(...known)
}

/** How an allowance was kept: by the medians, at least by the best runs, or not at all; null where there are no runs. */
export const verdict = ({ of, times, plusMs }: Limit, finishes: readonly Finish[], base: string | null): Verdict | null => {
  const [own, other] = [of, base].map((name) => summary(finishes.find((one) => one.name === name)?.spent ?? [], 'wallMs'))
  if (own === undefined || other === undefined) return null
  const allowed = (which: keyof Summary) => (times === 0 ? 0 : times * other[which]) + plusMs
  if (Number.isNaN(own.median) || Number.isNaN(allowed('median'))) return null
  if (own.median <= allowed('median')) return 'kept'
  return own.best <= allowed('best') ? 'kept at best' : 'OVER'
}
export type Verdict = 'kept' | 'kept at best' | 'OVER'
