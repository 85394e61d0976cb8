import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import type { Result } from './result.ts'
import { median, summary } from './statistics.ts'
import { showMs, showValue } from './table.ts'

/** A run of the bench, as `--json` keeps it. */
export type Saved = { readonly at: string; readonly machine: Readonly<Record<string, string | number>>; readonly results: readonly Result[] }

export const machine = (): Saved['machine'] => ({
  cpus: cpus().length, model: cpus()[0]?.model ?? 'unknown', memoryBytes: totalmem(), kernel: release(), bun: Bun.version,
})

export const save = (file: string, saved: Saved): void => writeFileSync(file, `${JSON.stringify(saved, null, 1)}\n`)

export const readSaved = (file: string): Saved => JSON.parse(readFileSync(file, 'utf8'))

/** A line for everything that both runs measured. Times are held against the base of their own run where there is one,
 *  since the machine may have been busier in one of them. */
export const comparison = (before: Saved, now: Saved): string => {
  const lines = now.results.flatMap((result) => {
    const earlier = before.results.find((one) => one.bench === result.bench && one.place === result.place)
    if (earlier === undefined) return []
    if (earlier.title !== result.title) return [`${result.bench} on ${result.place}: not the same job (${earlier.title})`]
    return [...finishLines(earlier, result), ...figureLines(earlier, result)]
  })
  return `against ${before.at}\n${lines.join('\n')}\n`
}

const finishLines = (before: Result, now: Result): string[] =>
  now.finishes.filter(({ name, spent }) => name !== now.base && spent.length > 0).flatMap(({ name }) => {
    const [old, own] = [before, now].map((one) => ({ wall: held(one, name, 'wallMs'), cpu: held(one, name, 'cpuMs') }))
    if (old === undefined || own === undefined || Number.isNaN(old.wall)) return []
    const show = (value: number) => (now.base === null ? showMs(value) : `${value.toFixed(2)} ×`)
    const parts = (['wall', 'cpu'] as const).map((of) => `${of} ${show(old[of])} → ${show(own[of])} (${change(old[of], own[of])})`)
    return [`${now.bench} on ${now.place}, ${name}: ${parts.join(', ')}`]
  })

const held = (result: Result, name: string, of: 'wallMs' | 'cpuMs'): number => {
  const medianOf = (who: string) => summary(result.finishes.find((one) => one.name === who)?.spent ?? [], of).median
  return result.base === null ? medianOf(name) : medianOf(name) / medianOf(result.base)
}

const figureLines = (before: Result, now: Result): string[] =>
  now.figures.flatMap(({ what, value, unit }) => {
    const old = before.figures.filter((one) => one.what === what).map((one) => one.value)
    if (old.length === 0) return []
    const shown = [median(old), value].map((one) => showValue(one, unit))
    return [`${now.bench} on ${now.place}, ${what}: ${shown.join(' → ')} (${change(median(old), value)})`]
  })

const change = (before: number, now: number): string => {
  const percent = (now / before - 1) * 100
  return `${percent >= 0 ? '+' : ''}${percent.toFixed(0)} %`
}
