import { showJson } from '../../domain/show.ts'
import { toIso } from '../../domain/time.ts'
import type { Cell, Row } from '../../store/select-rows.ts'

/** A row as one line of JSON by the names of its columns: times in ISO 8601 with `Z`, JSON columns as
 *  values, whole numbers beyond 2^53 as text, since most readers would round them. */
export const jsonRow = (columns: readonly { readonly name: string }[], row: Row): string =>
  `{${columns.map(({ name }) => `${JSON.stringify(name)}:${jsonCell(row[name] ?? null)}`).join(',')}}`

const jsonCell = (cell: Cell): string => showJson(JSON.stringify(plainCell(cell)) ?? 'null')

const plainCell = (cell: Cell): unknown => {
  if (cell instanceof Date) return toIso(cell.getTime())
  return typeof cell === 'bigint' ? String(cell) : cell
}
