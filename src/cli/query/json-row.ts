import { toIso } from '../../domain/time.ts'
import type { Cell, Row } from '../../store/select-rows.ts'

/** A row as one line of JSON by the names of its columns: times in ISO 8601 with `Z`, JSON columns as
 *  values, whole numbers beyond 2^53 as text, since most readers would round them. */
export const jsonRow = (columns: readonly { readonly name: string }[], row: Row): string =>
  `{${columns.map(({ name }) => `${JSON.stringify(name)}:${jsonCell(row[name] ?? null)}`).join(',')}}`

const jsonCell = (cell: Cell): string =>
  (JSON.stringify(plainCell(cell)) ?? 'null').replace(hidden, escaped)

const escaped = (one: string): string => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`

const plainCell = (cell: Cell): unknown => {
  if (cell instanceof Date) return toIso(cell.getTime())
  return typeof cell === 'bigint' ? String(cell) : cell
}

/** What a terminal would obey, and JSON does not escape by itself; the value stays the same. */
const hidden = /[\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/g
