import { toIso } from '../../domain/time.ts'
import type { Cell } from '../../store/select-rows.ts'

/** A record by RFC 4180, with its line end. No value is nothing between the commas, empty text is `""`. */
export const csvRow = (cells: readonly Cell[]): string => `${cells.map(csvCell).join(',')}\r\n`

const csvCell = (cell: Cell): string => {
  if (cell === null) return ''
  if (cell instanceof Date) return toIso(cell.getTime())
  const text = typeof cell === 'object' ? JSON.stringify(cell) : String(cell)
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
