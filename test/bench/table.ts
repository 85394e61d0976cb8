import type { Finish } from './race.ts'
import type { Figure, Result } from './result.ts'
import { residentOf, summary, verdict, type Summary } from './statistics.ts'

const head = ['best / median', 'wall', 'CPU', 'resident', '× wall', '× CPU', 'budget']

/** A row of cells, or a line of its own. */
type Row = readonly string[] | string

/** Everything in one table. */
export const tableOf = (results: readonly Result[]): string => {
  const rows: Row[] = [head, ...results.flatMap(rowsOf)]
  const widths = head.map((_, column) =>
    Math.max(...rows.map((row) => (typeof row === 'string' ? 0 : (row[column] ?? '').length))))
  return rows.map((row) => (typeof row === 'string' ? row : line(row, widths))).join('\n')
}

const line = (row: readonly string[], widths: readonly number[]): string =>
  row.map((cell, column) => (isText(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
    .join('  ').trimEnd()

const isText = (column: number): boolean => column === 0 || column === head.length - 1

const rowsOf = (one: Result): Row[] => [
  '', `${one.bench} on ${one.place}: ${one.title}`,
  ...one.finishes.map((finish) => finishRow(finish, one)),
  ...one.figures.map(figureRow),
  ...one.remarks.map((remark) => `  (${remark})`),
  ...one.finishes.flatMap(({ name, remark }) => (remark === null ? [] : [`  * ${name}: ${remark}`])),
]

const finishRow = (finish: Finish, of: Result): Row => {
  const name = `  ${finish.name}${finish.remark === null ? '' : ' *'}`
  if (finish.spent.length === 0) return [name]
  const [wall, cpu] = [summary(finish.spent, 'wallMs'), summary(finish.spent, 'cpuMs')]
  const base = of.finishes.find((one) => one.name === of.base)
  const ratio = (own: Summary, which: 'wallMs' | 'cpuMs') => {
    if (base === undefined || base === finish || base.spent.length === 0) return ''
    const other = summary(base.spent, which)
    return `${showRatio(own.best / other.best)} / ${showRatio(own.median / other.median)}`
  }
  return [
    name, showPair(wall), showPair(cpu), showBytes(residentOf(finish.spent)), ratio(wall, 'wallMs'), ratio(cpu, 'cpuMs'),
    limitOf(finish, of),
  ]
}

const limitOf = (finish: Finish, { limits, finishes, base }: Result): string => {
  const limit = limits.find((one) => one.of === finish.name)
  if (limit === undefined) return ''
  const parts = [...(limit.times > 0 ? [`${limit.times} ×`] : []), ...(limit.plusMs > 0 ? [`${limit.plusMs} ms`] : [])]
  return `≤ ${parts.join(' + ')}: ${verdict(limit, finishes, base) ?? 'not measured'}`
}

const figureRow = ({ what, value, unit, limit }: Figure): Row => {
  const budget = limit === null ? '' : `≤ ${limit} ${unit}: ${value <= limit ? 'kept' : 'OVER'}`
  return [`  ${what}`, showValue(value, unit), '', '', '', '', budget]
}

const showPair = ({ best, median }: Summary): string => `${showMs(best)} / ${showMs(median)}`

const showRatio = (ratio: number): string => ratio.toFixed(ratio < 100 ? 2 : 0)

export const showMs = (ms: number): string => (ms >= 1000 ? `${(ms / 1000).toFixed(2)} s` : showValue(ms, 'ms'))

export const showValue = (value: number, unit: Figure['unit']): string => `${value.toFixed(Math.abs(value) < 10 ? 2 : 0)} ${unit}`

const showBytes = (bytes: number | null): string => (bytes === null ? '-' : `${Math.round(bytes / 2 ** 20)} MiB`)
