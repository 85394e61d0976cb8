import { parse } from '@iarna/toml'
import type { Problem, Source } from './problem.ts'
import { ConfigFault } from './problem.ts'
import type { LineOf } from './toml-lines.ts'
import { indexLines } from './toml-lines.ts'
import { isTomlError, tomlMistake } from './toml-mistake.ts'

export type Table = { readonly [key: string]: unknown }

/** A file as data: plain tables and lists, numbers, text, booleans, dates, and a BigInt beyond 2^53. */
export type TomlFile = { readonly name: string; readonly table: Table; readonly lineOf: LineOf }

/** Reads a file, or throws a ConfigFault that names the line where it stops being TOML. */
export const parseToml = ({ name, text }: Source): TomlFile => {
  // An editor's byte order mark; the parser takes it for a key.
  const body = text.startsWith('\ufeff') ? text.slice(1) : text
  const { paths, lineOf } = indexLines(body, name)
  const barred = paths.filter((path) => Object.hasOwn(Object.prototype, path.at(-1) ?? ''))
  if (barred.length > 0)
    throw new ConfigFault(barred.map((path) => barredKey(name, lineOf(path), path.at(-1))))
  return { name, table: parsed(name, body), lineOf }
}

/** The parser loses such tables, or writes into JavaScript's own objects. */
const barredKey = (file: string, line: number, key: unknown): Problem => {
  return { file, line, message: `${String(key)} can't be used as a key; choose another name` }
}

const parsed = (file: string, text: string): Table => {
  try {
    return plain(parse(text)) as Table
  } catch (error) {
    if (isTomlError(error)) throw new ConfigFault([{ file, ...tomlMistake(error, text) }])
    if (!isBadDate(error)) throw error
    throw new ConfigFault([{ file, line: lineOfBadDate(text), message: 'there is no such date or time' }])
  }
}

/** The only other thing that the parser throws, and without a place. */
const isBadDate = (error: unknown) => error instanceof TypeError && error.message === 'Invalid Datetime'

/** The first line with which the text as far as it goes has the bad date. */
const lineOfBadDate = (text: string): number => {
  const lines = text.split('\n')
  const hasIt = (count: number): boolean => {
    try {
      parse(lines.slice(0, count).join('\n'))
      return false
    } catch (error) {
      return isBadDate(error)
    }
  }
  let [without, having] = [0, lines.length]
  while (having - without > 1) {
    const middle = Math.floor((without + having) / 2)
    if (hasIt(middle)) having = middle
    else without = middle
  }
  return having
}

export const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)

/** A copy without the symbols that the parser leaves on tables and lists, and that a schema would take for
 *  keys. */
const plain = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plain)
  if (!isTable(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
}
