import type { Io } from '../command.ts'
import type { Format } from './choice.ts'
import { csvRow } from './csv-row.ts'
import { jsonRow } from './json-row.ts'
import type { Shown } from './shown.ts'

/** Prints rows. Of nothing, JSON is `[]`, CSV its header, and a table a word on stderr. */
export const showRows = async (
  shown: Shown, format: Format, io: Pick<Io, 'out' | 'err' | 'isTerminal'>,
): Promise<void> => {
  if (format !== 'table') return inPieces(lines[format](shown), io.out)
  if (shown.rows.length === 0) return io.err('nothing found\n')
  const { tableLines } = await import('./table-lines.ts')
  inPieces(tableLines(shown, io.isTerminal), io.out)
}

/** One write for many lines, and never all of a large answer as one text. */
const inPieces = (pieces: Iterable<string>, out: (text: string) => void): void => {
  let text = ''
  for (const piece of pieces) {
    text += piece
    if (text.length < 65_536) continue
    out(text)
    text = ''
  }
  if (text !== '') out(text)
}

const lines: Readonly<Record<Exclude<Format, 'table'>, (shown: Shown) => Iterable<string>>> = {
  *json({ columns, rows }) {
    if (rows.length === 0) return yield '[]\n'
    for (const [index, row] of rows.entries()) yield `${index === 0 ? '[\n' : ',\n'}  ${jsonRow(columns, row)}`
    yield '\n]\n'
  },
  *ndjson({ columns, rows }) {
    for (const row of rows) yield `${jsonRow(columns, row)}\n`
  },
  *csv({ columns, rows }) {
    yield csvRow(columns.map((one) => one.name))
    for (const row of rows) yield csvRow(columns.map(({ name }) => row[name] ?? null))
  },
}
