import Table from 'cli-table3'
import colors from 'picocolors'
import { showText } from '../../domain/show.ts'
import { toIso } from '../../domain/time.ts'
import type { Cell } from '../../store/select-rows.ts'
import type { Shown } from './show-rows.ts'

/** A table for people: a head, one line a row, numbers to the right. Widths are those of each thousand rows. */
export function* tableLines({ columns, rows }: Shown, isTerminal: boolean): Generator<string> {
  for (let from = 0; from < rows.length; from += rowsATable) {
    const table = new Table({
      head: columns.map(({ name }) => (isTerminal ? colors.bold(showText(name)) : showText(name))),
      chars: withoutLines,
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
      colAligns: columns.map(({ type }) => (['integer', 'bigint', 'float'].includes(type) ? 'right' : 'left')),
    })
    for (const row of rows.slice(from, from + rowsATable)) table.push(columns.map(({ name }) => tableCell(row[name] ?? null)))
    for (const line of table.toString().split('\n')) yield `${line.trimEnd()}\n`
  }
}

const rowsATable = 1000

const withoutLines = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid', 'middle'].flatMap((side) => [
    [side, ''], [`${side}-mid`, ''], [`${side}-left`, ''], [`${side}-right`, ''],
  ]),
)

/** Times without empty milliseconds; no value is nothing; nothing in it steers a terminal. */
const tableCell = (cell: Cell): string => {
  if (cell === null) return ''
  if (cell instanceof Date) return toIso(cell.getTime()).replace('.000Z', 'Z')
  return showText(typeof cell === 'object' ? JSON.stringify(cell) : String(cell))
}
