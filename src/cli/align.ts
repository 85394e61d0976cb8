import { showText } from '../domain/show.ts'

/** How one cell looks once it is as wide as its column. */
export type Cell = string | { readonly text: string; readonly paint: (text: string) => string }

/** Rows as lines, each column as wide as its widest cell, two blanks between; columns of numbers, whatever their first
 *  row says, to the right. Texts are made harmless. */
export const align = (rows: readonly (readonly Cell[])[], indent = ''): readonly string[] => {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const layout = Array.from({ length: columns }, (_, column) => layoutOf(rows.flatMap((row) => row[column] ?? [])))
  return rows.map((row) => (indent + row.map((cell, column) => padded(cell, layout[column])).join('  ')).trimEnd())
}

type Layout = { readonly width: number; readonly toRight: boolean }

const layoutOf = (cells: readonly Cell[]): Layout => {
  const texts = cells.map(textOf)
  return {
    width: Math.max(0, ...texts.map(widthOf)),
    toRight: texts.length > 1 && texts.slice(1).every((text) => /^\d+$/.test(text)),
  }
}

const textOf = (cell: Cell): string => showText(typeof cell === 'string' ? cell : cell.text)

const widthOf = (text: string): number => Bun.stringWidth(text)

const padded = (cell: Cell, layout: Layout | undefined): string => {
  const text = textOf(cell)
  const fill = ' '.repeat((layout?.width ?? 0) - widthOf(text))
  const shown = typeof cell === 'string' ? text : cell.paint(text)
  return layout?.toRight ? fill + shown : shown + fill
}
