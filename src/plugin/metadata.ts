import { Fault } from '../domain/fault.ts'
import type { Column, Columns, ColumnType, Metadata } from './contract.ts'
import { carriedDatetime, datetimeExample } from './datetime.ts'
import { found } from './found.ts'
import { jsonText } from './json-text.ts'

/** Turns what `extract` returned into the values that the program carries, each by the type of its column: datetimes
 *  as ISO 8601 UTC text, json as what its JSON text reads back as; only the keys that were given, and `undefined` is
 *  not given. Throws one Fault that
 *  names every wrong column, what was expected and what was found. */
export const checkMetadata = (columns: Columns, value: unknown): Metadata => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Fault(`must give an object with values for the columns, gave ${found(value)}`)
  }
  const problems: string[] = []
  const carried: [string, unknown][] = []
  for (const [key, one] of Object.entries(value)) {
    if (one === undefined) continue
    const column = Object.hasOwn(columns, key) ? columns[key] : undefined
    const answer = column === undefined ? { problem: unknownColumn(columns, key) } : carry(key, column, one)
    if ('problem' in answer) problems.push(answer.problem)
    else carried.push([key, answer.value])
  }
  if (problems.length > mostProblems) problems.splice(mostProblems, Infinity, `and ${problems.length - mostProblems} more`)
  if (problems.length > 0) throw new Fault(problems.join('; '))
  const characters = carried.reduce((sum, [, one]) => sum + charactersOf(one), 0)
  if (characters > mostCharacters) throw new Fault(`gives ${characters} characters of metadata, a group may have ${mostCharacters}`, {
    remedy: 'leave large data in the files, and give what is asked for',
  })
  return Object.fromEntries(carried)
}

/** A row has them twice, in UTF-8, and MariaDB takes 16 MiB at once as a rule. */
const mostCharacters = 2_500_000

const charactersOf = (value: unknown): number => {
  if (typeof value === 'string') return value.length
  return typeof value === 'object' && value !== null ? JSON.stringify(value).length : 0
}

/** More than these are counted and not named. */
const mostProblems = 20

type Carried = { readonly value: unknown } | { readonly problem: string }

const carry = (key: string, column: Column, value: unknown): Carried => {
  if (value === null) return { value }
  if (column.type === 'json') {
    const json = jsonText(value)
    return 'text' in json ? { value: JSON.parse(json.text) } : { problem: mismatch(key, 'json', json.problem) }
  }
  const carried = carriers[column.type](value)
  return carried === null ? { problem: mismatch(key, column.type, found(value)) } : { value: carried }
}

const int64 = 2n ** 63n

type Scalar = string | number | bigint | boolean

/** The carried form of one value that is not null; null where it is none of this type. */
const carriers: Record<Exclude<ColumnType, 'json'>, (value: unknown) => Scalar | null> = {
  string: (value) => textOrNull(value),
  text: (value) => textOrNull(value),
  integer: (value) => (Number.isSafeInteger(value) ? (value as number) : null),
  bigint: (value) => {
    if (typeof value === 'bigint') return value >= -int64 && value < int64 ? value : null
    return Number.isSafeInteger(value) ? (value as number) : null
  },
  float: (value) => (Number.isFinite(value) ? (value as number) : null),
  boolean: (value) => (typeof value === 'boolean' ? value : null),
  datetime: carriedDatetime,
}

/** What no database takes as text is refused here, where the column can be named. */
const textOrNull = (value: unknown): string | null =>
  typeof value === 'string' && value.isWellFormed() && !value.includes('\0') ? value : null

const expectations: Record<ColumnType, string> = {
  string: 'text without NUL',
  text: 'text without NUL',
  integer: 'a whole number below 2^53',
  bigint: 'a whole number below 2^53 or a BigInt of 64 bits',
  float: 'a finite number',
  boolean: 'true or false',
  datetime: `a Date or ISO 8601 text such as "${datetimeExample}"`,
  json: 'something that JSON can hold',
}

const mismatch = (key: string, type: ColumnType, was: string): string =>
  `${key} (${type}) must be ${expectations[type]} or null, was ${was}`

const unknownColumn = (columns: Columns, key: string): string => {
  const names = Object.keys(columns)
  const known = names.length === 0 ? 'no plugin exports columns' : `the columns are ${names.join(', ')}`
  return `Unknown column '${key}': ${known}`
}
