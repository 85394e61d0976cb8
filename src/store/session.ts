import { Fault } from '../domain/fault.ts'
import { toColumn } from '../domain/time.ts'
import type { Sql, SqlValue } from '../world.ts'

/** What may stand in a template: a value, or a list for `in ${list}`. Dates become text as columns keep
 *  it. */
export type SessionValue = SqlValue | Date | readonly (SqlValue | Date)[]

/** SQL as a tagged template: values never become part of the text. Gives the rows as the database has
 *  them; `changes` is how many rows a statement without rows changed. */
export type Statement = <Row = Record<string, unknown>>(
  text: TemplateStringsArray, ...values: readonly SessionValue[]
) => Promise<Row[] & { readonly changes: number }>

export type Session = Statement & {
  /** All of it or nothing: what it throws takes everything back. Not to be nested. */
  transaction<T>(work: (sql: Statement) => Promise<T>): Promise<T>
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export const openSession = (sql: Sql): Session => {
  const statement: Statement = async (text, ...values) => {
    const written = write(text, values)
    return isReading(written.text) ? ask(sql, written) : sql.transaction((tx) => ask(tx, written))
  }
  const close = () => sql.close()
  return Object.assign(statement, {
    transaction: <T>(work: (sql: Statement) => Promise<T>) =>
      sql.transaction((tx) => work(async (text, ...values) => ask(tx, write(text, values)))),
    close,
    [Symbol.asyncDispose]: close,
  })
}

type Written = { readonly text: string; readonly parameters: readonly SqlValue[] }

const ask = async <Row>(sql: Sql, { text, parameters }: Written): Promise<Row[] & { readonly changes: number }> => {
  if (isReading(text) || /\breturning\b/i.test(text) || /^\s*with\b/i.test(text)) {
    return Object.assign(await sql.all<Row>(text, parameters), { changes: 0 })
  }
  return Object.assign<Row[], { changes: number }>([], await sql.run(text, parameters))
}

/** Anything else may write, and takes its turn. */
const isReading = (text: string): boolean => /^\s*(select|values|explain|pragma)\b/i.test(text)

const write = (text: TemplateStringsArray, values: readonly SessionValue[]): Written => ({
  text: text.reduce((before, part, index) => before + placesFor(values[index - 1]) + part),
  parameters: values.flatMap((one) => (isList(one) ? one : [one])).map(parameter),
})

const isList = (value: unknown): value is readonly (SqlValue | Date)[] => Array.isArray(value)

/** An empty list is a question without rows, which every engine takes. */
const placesFor = (value: SessionValue | undefined): string => {
  if (!isList(value)) return '?'
  return value.length === 0 ? '(select null where 1 = 0)' : `(${value.map(() => '?').join(', ')})`
}

const plainTypes: ReadonlySet<string> = new Set(['string', 'number', 'bigint', 'boolean'])

const parameter = (value: SqlValue | Date): SqlValue => {
  if (value instanceof Date) return toColumn(value.getTime())
  if (typeof value === 'bigint' && BigInt.asIntN(64, value) !== value) {
    throw new Fault(`${value} does not fit 64 bits`)
  }
  if (value === null || value instanceof Uint8Array || plainTypes.has(typeof value)) return value
  throw new Fault(`a value in SQL must be text, a number, a boolean, a Date, bytes or null, was ${typeof value}`)
}
