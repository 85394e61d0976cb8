import type { Row } from '../../store/select-rows.ts'
import type { Io } from '../command.ts'
import type { Format } from './choice.ts'
import { csvRow } from './csv-row.ts'
import { jsonRow } from './json-row.ts'
import type { Shown } from './shown.ts'

/** Prints rows as they come. Of nothing, JSON is `[]`, CSV its header, and a table a word on stderr. */
export const showRows = async (
  { columns, pages }: Shown, format: Format, io: Pick<Io, 'out' | 'err' | 'isTerminal'>,
): Promise<void> => {
  const { head, page, end } = format === 'table' ? await table(io.isTerminal) : forms[format]
  let count = 0
  inPieces(head(columns), io.out)
  for await (const rows of pages) {
    inPieces(page(columns, rows, count === 0), io.out)
    count += rows.length
  }
  if (format === 'table' && count === 0) io.err('nothing found\n')
  inPieces(end(count === 0), io.out)
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

type Columns = Shown['columns']

/** Pieces of what is printed: before all rows, for some of them, and after the last. */
type Form = {
  head(columns: Columns): Iterable<string>
  page(columns: Columns, rows: readonly Row[], isFirst: boolean): Iterable<string>
  end(isNothing: boolean): Iterable<string>
}

const nothing = (): Iterable<string> => []

const forms: Readonly<Record<Exclude<Format, 'table'>, Form>> = {
  json: {
    head: nothing,
    *page(columns, rows, isFirst) {
      for (const [index, row] of rows.entries()) yield `${isFirst && index === 0 ? '[\n' : ',\n'}  ${jsonRow(columns, row)}`
    },
    end: (isNothing) => [isNothing ? '[]\n' : '\n]\n'],
  },
  ndjson: {
    head: nothing,
    *page(columns, rows) {
      for (const row of rows) yield `${jsonRow(columns, row)}\n`
    },
    end: nothing,
  },
  csv: {
    head: (columns) => [csvRow(columns.map((one) => one.name))],
    *page(columns, rows) {
      for (const row of rows) yield csvRow(columns.map(({ name }) => row[name] ?? null))
    },
    end: nothing,
  },
}

const table = async (isTerminal: boolean): Promise<Form> => {
  const { tableLines } = await import('./table-lines.ts')
  return { head: nothing, page: (columns, rows) => tableLines(columns, rows, isTerminal), end: nothing }
}
