import { toColumn } from '../../domain/time.ts'
import type { Dialect } from '../../store/dialects/dialect.ts'
import type { SqlValue } from '../../world.ts'
import type { Engine } from './engine.ts'

/** A question as the server takes it. */
export type Written = { readonly text: string; readonly parameters: readonly SqlValue[] }

/** What the text is made of: SQL, and what stands between. */
type Pieces = { readonly sql: readonly string[]; readonly places: readonly ('value' | 'list')[] }

const listPhrase = '(select value from json_each(?))'
const tokens = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\(select value from json_each\(\?\)\)|\?/g

/** Writes SQL for an engine: its own phrases and places for parameters. A list in JSON becomes so many places, a power of
 *  two, so that the server meets few different texts; the last value fills them up. */
export const openText = ({ phrases }: Dialect, { numbered, refusesNul }: Engine) => {
  const known = new Map<string, Pieces>()
  const piecesOf = (text: string): Pieces => {
    const found = known.get(text) ?? pieces(phrases.reduce((sql, [from, to]) => sql.replace(from, to), text))
    if (known.size >= mostTexts) known.clear()
    known.set(text, found)
    return found
  }
  return (text: string, given: readonly SqlValue[]): Written => {
    const { sql, places } = piecesOf(text)
    const parameters: SqlValue[] = []
    const place = (value: SqlValue): string => {
      parameters.push(parameter(value, refusesNul))
      return numbered ? `$${parameters.length}` : '?'
    }
    const written = places.map((is, index) => {
      const value = given[index] ?? null
      return is === 'value' ? place(value) : `(${filledUp(value).map(place).join(', ') || 'null'})`
    })
    return { text: sql.map((part, index) => part + (written[index] ?? '')).join(''), parameters }
  }
}

const mostTexts = 1000

const pieces = (text: string): Pieces => {
  const [sql, places]: [string[], ('value' | 'list')[]] = [[], []]
  let from = 0
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (token !== '?' && token !== listPhrase) continue
    sql.push(text.slice(from, index))
    places.push(token === '?' ? 'value' : 'list')
    from = index + token.length
  }
  return { sql: [...sql, text.slice(from)], places }
}

const filledUp = (json: SqlValue): readonly SqlValue[] => {
  const values = JSON.parse(String(json)) as SqlValue[]
  const last = values.at(-1)
  if (last === undefined) return []
  return [...values, ...Array<SqlValue>(2 ** Math.ceil(Math.log2(values.length)) - values.length).fill(last)]
}

/** Flags are numbers; whole numbers of more than 32 bits keep being whole. */
const parameter = (value: SqlValue, refusesNul: boolean): SqlValue => {
  if (typeof value === 'boolean') return Number(value)
  if (typeof value === 'number' && Number.isSafeInteger(value) && Math.abs(value) > 0x7fff_ffff) return BigInt(value)
  return refusesNul && typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\u2400') : value
}

/** A row as every engine gives it: times as text, whole numbers as numbers where they are exact. */
export const plainRow = <Row>(row: Readonly<Record<string, unknown>>): Row => {
  const plain: Record<string, unknown> = {}
  for (const name in row) plain[name] = plainValue(row[name])
  return plain as Row
}

const plainValue = (value: unknown): unknown => {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : toColumn(value.getTime())
  return value
}

/** One insert for many rows: the text, and how many rows fit; null for any other statement. */
export const manyRows = (text: string): ((rows: number) => string) | null => {
  const [, head, row] = /^(\s*insert (?:or ignore )?into [^]* values )(\([^()]*\))\s*$/.exec(text) ?? []
  return head === undefined || row === undefined ? null : (rows) => `${head}${Array<string>(rows).fill(row).join(', ')}`
}
