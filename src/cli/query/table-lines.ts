import colors from 'picocolors'
import { showText } from '../../domain/show.ts'
import { toIso } from '../../domain/time.ts'
import type { Cell, Row } from '../../store/select-rows.ts'
import type { Shown } from './shown.ts'

/** A table for people: a head, then one line a row, numbers to the right. A long one is drawn a thousand
 *  rows at a time, each part with its own head and widths. */
export function* tableLines(columns: Shown['columns'], rows: readonly Row[], isTerminal: boolean): Generator<string> {
  const names = columns.map(({ name }) => name)
  const rights = columns.map(({ type }) => type === 'integer' || type === 'bigint' || type === 'float')
  for (let from = 0; from < rows.length; from += rowsAPart) {
    const texts = rows.slice(from, from + rowsAPart).map((row) => textsOf(names, row))
    const widths = widthsOf([names, ...texts])
    const line = (cells: readonly string[]): string =>
      cells.map((cell, at) => padded(cell, widths[at] ?? 0, rights[at] === true)).join('  ').trimEnd()
    yield `${isTerminal ? colors.bold(line(names)) : line(names)}\n`
    for (const cells of texts) yield `${line(cells)}\n`
  }
}

const rowsAPart = 1000

const textsOf = (names: readonly string[], row: Row): readonly string[] =>
  names.map((name) => tableCell(row[name] ?? null))

/** As a terminal counts: a Chinese character is two wide. */
const widthsOf = (lines: readonly (readonly string[])[]): readonly number[] => {
  const widths: number[] = []
  for (const line of lines) {
    for (const [at, cell] of line.entries()) widths[at] = Math.max(widths[at] ?? 0, Bun.stringWidth(cell))
  }
  return widths
}

const padded = (text: string, width: number, right: boolean): string => {
  const blanks = ' '.repeat(width - Bun.stringWidth(text))
  return right ? blanks + text : text + blanks
}

/** Times without empty milliseconds; no value is nothing; nothing in it steers a terminal. */
const tableCell = (cell: Cell): string => {
  if (cell === null) return ''
  if (cell instanceof Date) return toIso(cell.getTime()).replace('.000Z', 'Z')
  return showText(typeof cell === 'object' ? JSON.stringify(cell) : String(cell))
}
