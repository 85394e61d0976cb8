import { Fault } from '../domain/fault.ts'
import type { SqlValue } from '../world.ts'
import type { QueryColumn } from './query-columns.ts'

/** A condition with a `?` for each of its parameters. */
export type Condition = { readonly sql: string; readonly parameters: readonly SqlValue[] }

/** Column names come from the schema or are checked against it, and never hold a quote. */
export const quoted = (name: string): string => `"${name}"`

/** The column equals the value or, with a list, one of its values. `%` in text stands for any characters,
 *  and then A to Z are the same as a to z; `_` is itself. Null is no value. A list of nothing holds for no
 *  row. */
export const oneOf = (
  column: QueryColumn, value: unknown, as: string, convert: (value: unknown) => SqlValue,
): Condition => {
  const { name, type } = column
  const values = Array.isArray(value) ? value : [value]
  const hasNull = values.includes(null)
  const converted = values.filter((one) => one !== null).map(convert)
  const isText = type === 'string' || type === 'text'
  const patterns = converted.filter((one) => isText && typeof one === 'string' && one.includes('%'))
  const exact = converted.filter((one) => !patterns.includes(one))
  if (exact.length > mostValues) throw tooMany(as, exact.length, mostValues)
  if (patterns.length > mostPatterns) throw tooMany(as, patterns.length, mostPatterns)
  return any([
    ...(exact.length > 0 ? [among(column, exact)] : []),
    ...patterns.map((one) => like(name, String(one))),
    ...(hasNull ? [{ sql: `${quoted(name)} is null`, parameters: [] }] : []),
  ])
}

const among = ({ name, type, beginning }: QueryColumn, parameters: readonly SqlValue[]): Condition => {
  const within = (what: string) => `${what} in (${parameters.map(() => '?').join(', ')})`
  const equal = { sql: within(quoted(name)), parameters }
  if (beginning === null || (type !== 'string' && type !== 'text')) return equal
  const beginnings = parameters.map((one) => [...String(one)].slice(0, beginning.characters).join(''))
  return { sql: `(${within(beginning.of(quoted(name)))} and ${equal.sql})`, parameters: [...beginnings, ...parameters] }
}

/** Every engine takes that many; more than these are no filter but a table. */
const mostValues = 1000
const mostPatterns = 100

const tooMany = (as: string, count: number, most: number): Fault =>
  new Fault(`${as} has ${count} values; it takes at most ${most}`, { remedy: 'ask several times' })

/** `%` alone is a wildcard. `lower` lowers A to Z and no other letter. */
export const like = (name: string, pattern: string): Condition => ({
  sql: `lower(${quoted(name)}) like ? escape '!'`,
  parameters: [pattern.replace(/[!_]/g, '!$&').replace(/[A-Z]/g, (letter) => letter.toLowerCase())],
})

/** The text occurs in the column; with `%` in it, it is the pattern of the whole. */
export const contains = (name: string, text: string): Condition =>
  like(name, text.includes('%') ? text : `%${text}%`)

/** One of them holds. */
export const any = (conditions: readonly Condition[]): Condition => {
  if (conditions.length === 0) return { sql: '1 = 0', parameters: [] }
  return {
    sql: `(${conditions.map((one) => one.sql).join(' or ')})`,
    parameters: conditions.flatMap((one) => one.parameters),
  }
}

/** ` where …`, all of them holding; nothing where there are none. */
export const where = (conditions: readonly Condition[]): Condition => ({
  sql: conditions.length === 0 ? '' : ` where ${conditions.map((one) => one.sql).join(' and ')}`,
  parameters: conditions.flatMap((one) => one.parameters),
})
