import { showText } from '../domain/show.ts'

/** How one cell looks once it is as wide as its column. */
export type Cell = string | { readonly text: string; readonly paint: (text: string) => string }

/** Rows as lines, each column as wide as its widest cell, two blanks between; numbers to the right. Texts are made
 *  harmless. A row without cells is an empty line. */
export const align = (rows: readonly (readonly Cell[])[], indent = ''): readonly string[] => {
  const widths: number[] = []
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, widthOf(textOf(cell)))
    })
  }
  return rows.map((row) => {
    const cells = row.map((cell, column) => padded(cell, widths[column] ?? 0, column === row.length - 1))
    return row.length === 0 ? '' : (indent + cells.join('  ')).trimEnd()
  })
}

const textOf = (cell: Cell): string => showText(typeof cell === 'string' ? cell : cell.text)

const widthOf = (text: string): number => Bun.stringWidth(text)

const padded = (cell: Cell, width: number, isLast: boolean): string => {
  const text = textOf(cell)
  const fill = ' '.repeat(width - widthOf(text))
  const shown = isNumber.test(text) ? fill + text : isLast ? text : text + fill
  return typeof cell === 'string' ? shown : cell.paint(shown)
}

const isNumber = /^[\d,.]+$/
