import { Fault } from '../domain/fault.ts'
import { fromColumn } from '../domain/time.ts'
import type { ColumnType } from '../plugin/contract.ts'
import type { Sql, SqlValue } from '../world.ts'
import { quoted, where, type Condition } from './conditions.ts'
import { chosenColumns, columnNamed, type QueryColumn } from './query-columns.ts'

/** What is given, in which order, and how much of it. */
export type Choice = {
  /** Names in the order of the row; nothing, or none, for those that a row shows. */
  readonly columns?: readonly string[] | undefined
  /** A column; `-start` for the newest or largest first. Rows without a value come last; equal ones follow
   *  each other by their id, in the same direction, so that an index on the column serves. Without it rows
   *  come by their id. */
  readonly orderBy?: string | undefined
  readonly limit?: number | undefined
}

/** A value as programs have it: times are Dates, whole numbers beyond 2^53 are BigInt, JSON is opened. */
export type Cell = string | number | bigint | boolean | Date | null | object
export type Row = Readonly<Record<string, Cell>>

/** A question that is ready to be asked. */
export type Plan = {
  readonly text: string
  readonly parameters: readonly SqlValue[]
  readonly columns: readonly QueryColumn[]
}

type From = {
  readonly table: string
  readonly columns: readonly QueryColumn[]
  readonly conditions: readonly Condition[]
}

/** Writes the question. Unknown columns, an unknown order and a limit that is none are Faults. */
export const planRows = ({ table, columns, conditions }: From, choice: Choice): Plan => {
  const { orderBy, limit } = choice
  const chosen = chosenColumns(columns, choice.columns)
  const { sql, parameters } = where(conditions)
  return {
    text: `select ${chosen.map(selected).join(', ')} from ${table}${sql}`
      + ` order by ${orderOf(columns, orderBy)}${limit === undefined ? '' : ' limit ?'}`,
    parameters: limit === undefined ? parameters : [...parameters, checkedLimit(limit)],
    columns: chosen,
  }
}

/** A whole number from 0. */
export const checkedLimit = (limit: number): number => {
  if (Number.isSafeInteger(limit) && limit >= 0) return limit
  throw new Fault(`the limit must be a whole number, was ${String(limit)}`)
}

const orderOf = (columns: readonly QueryColumn[], orderBy = 'id'): string => {
  const direction = orderBy.startsWith('-') ? 'desc' : 'asc'
  const { name } = columnNamed(columns, orderBy.replace(/^-/, ''), 'column to order by')
  return name === 'id' ? `"id" ${direction}` : `${quoted(name)} ${direction} nulls last, "id" ${direction}`
}

/** As text where the engine's numbers would be rounded on their way. */
const selected = ({ name, type }: QueryColumn): string =>
  type === 'bigint' ? `cast(${quoted(name)} as text) as ${quoted(name)}` : quoted(name)

export const selectRows = async (sql: Sql, { text, parameters, columns }: Plan): Promise<Row[]> => {
  const rows = await sql.all<Record<string, unknown>>(text, parameters)
  return rows.map((row) => Object.fromEntries(columns.map(({ name, type }) => [name, cellOf(type, row[name])])))
}

/** A question for a number. */
export type CountPlan = Omit<Plan, 'columns'>

export const planCount = ({ table, conditions }: Omit<From, 'columns'>): CountPlan => {
  const { sql, parameters } = where(conditions)
  return { text: `select count(*) as count from ${table}${sql}`, parameters }
}

export const countRows = async (sql: Sql, { text, parameters }: CountPlan): Promise<number> => {
  const [row] = await sql.all<{ count: number }>(text, parameters)
  return Number(row?.count ?? 0)
}

/** What does not look like its column's type is given as it stands: someone else wrote it. */
const cellOf = (type: ColumnType, value: unknown): Cell => {
  if (value === null || value === undefined) return null
  if (type === 'boolean') return value === 1 || value === true
  if (type === 'bigint') return wholeNumber(String(value))
  if (type === 'datetime') return timeOf(String(value))
  if (type === 'json') return opened(value)
  return value as Cell
}

const wholeNumber = (digits: string): Cell => {
  if (!/^-?\d+$/.test(digits)) return digits
  return Number.isSafeInteger(Number(digits)) ? Number(digits) : BigInt(digits)
}

const timeOf = (text: string): Cell => {
  const at = new Date(fromColumn(text))
  return Number.isNaN(at.getTime()) ? text : at
}

const opened = (value: unknown): Cell => {
  try {
    return typeof value === 'string' ? (JSON.parse(value) as Cell) : (value as Cell)
  } catch {
    return value as Cell
  }
}
