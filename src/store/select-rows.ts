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

/** A question that is ready to be asked, at once or page by page. */
export type Plan = Asked & {
  readonly columns: readonly QueryColumn[]
  /** Only the ids of the rows, in their order. */
  readonly ids: Asked
  /** Of rows with given ids, a JSON list that comes before the other parameters, those that are still meant. */
  readonly page: Asked
}

/** SQL with its parameters. */
export type Asked = { readonly text: string; readonly parameters: readonly SqlValue[] }

/** Rows in one page. */
export const rowsInPage = 1000

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
  const names = chosen.map(selected).join(', ')
  const order = ` order by ${orderOf(columns, orderBy)}`
  const end = limit === undefined ? '' : ' limit ?'
  const all = limit === undefined ? parameters : [...parameters, checkedLimit(limit)]
  const some = `(select * from ${table} where "id" in (select value from json_each(?)) limit ${rowsInPage}) ${table}`
  return {
    text: `select ${names} from ${table}${sql}${order}${end}`, parameters: all, columns: chosen,
    ids: { text: `select "id" from ${table}${sql}${order}${end}`, parameters: all },
    page: { text: `select ${names} from ${some}${sql}${order}`, parameters },
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

export const selectRows = (sql: Sql, plan: Plan): Promise<Row[]> => rowsOf(sql, plan, plan.columns)

/** The same, a page at a time: of all rows only the ids are in memory at once. A row that is not what was asked for any more
 *  when its page comes is left out. */
export async function* rowPages(sql: Sql, { ids, page, columns }: Plan): AsyncGenerator<readonly Row[]> {
  const all = (await sql.all<{ id: number }>(ids.text, ids.parameters)).map((one) => one.id)
  for (let at = 0; at < all.length; at += rowsInPage) {
    const some = JSON.stringify(all.slice(at, at + rowsInPage))
    yield await rowsOf(sql, { text: page.text, parameters: [some, ...page.parameters] }, columns)
  }
}

const rowsOf = async (sql: Sql, { text, parameters }: Asked, columns: readonly QueryColumn[]): Promise<Row[]> => {
  const rows = await sql.all<Record<string, unknown>>(text, parameters)
  return rows.map((row) => Object.fromEntries(columns.map(({ name, type }) => [name, cellOf(type, row[name])])))
}

/** A question for a number. */
export type CountPlan = Asked

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
