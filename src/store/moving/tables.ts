import type { Sql, SqlValue } from '../../world.ts'
import { dialects } from '../dialects.ts'
import { ledgerTables } from '../migrations.ts'
import { tableNames } from '../python/tables.ts'

/** A table of a ledger as any engine has it. */
export type LedgerTable = {
  readonly name: string
  /** The names of its columns, in one order for all engines. */
  readonly columns: readonly string[]
  /** Those that keep times. */
  readonly times: ReadonlySet<string>
  /** Those that may hold whole numbers which a driver rounds. */
  readonly exact: ReadonlySet<string>
  /** Rows are told apart by a number, so that they can be asked for in pages. */
  readonly hasId: boolean
}

/** What programs tell of themselves while they run, and what they hold. */
const leftOut: ReadonlySet<string> = new Set(['service_state', 'leases', 'claims'])

/** The tables of a ledger that a copy brings over, in the order in which they are filled. */
export const movedTables = (sql: Sql): readonly string[] => ledgerTables(dialects[sql.dialect]).filter((name) => !leftOut.has(name))

/** What else stands beside a ledger. */
export const otherTables = async (sql: Sql): Promise<readonly string[]> => {
  const own = new Set([...ledgerTables(dialects[sql.dialect]), 'schema_migrations'])
  return [...await tableNames(sql)].filter((name) => !own.has(name)).toSorted()
}

/** A table in what both sides have of it: a time is one where either of them says so. The columns of plugins may hold any
 *  whole number, and a target that was made before may have more of them than the source. */
export const tableOn = async (name: string, from: Sql, to: Sql): Promise<LedgerTable> => {
  const [source, target] = [await columnsOf(from, name), await columnsOf(to, name)]
  const columns = [...target.keys()].filter((column) => source.has(column)).toSorted()
  const isTime = (column: string): boolean => [source.get(column), target.get(column)].some((type) => /timestamp|datetime/.test(type ?? ''))
  return {
    name, columns, hasId: /int/.test(target.get('id') ?? ''), times: new Set(columns.filter(isTime)),
    exact: new Set(columns.filter((column) => name === 'files' && /int/.test(source.get(column) ?? ''))),
  }
}

/** The declared type of each column of a table. */
export const columnsOf = async (sql: Sql, table: string): Promise<ReadonlyMap<string, string>> => {
  const rows = await sql.all<{ name: string; type: string }>(dialects[sql.dialect].columns(table))
  return new Map(rows.map((row) => [row.name, row.type.toLowerCase()]))
}

/** A row in the order of the table's columns. */
export type TableRow = readonly SqlValue[]

/** Rows in one question. */
const pageSize = 1000

/** Every row of a table, page by page in the order of its ids. */
export async function* rowsOf(sql: Sql, table: LedgerTable): AsyncGenerator<readonly TableRow[]> {
  const asked = table.columns.map((name, index) => `${isCast(sql, table, name) ? `cast("${name}" as text)` : `"${name}"`} as c${index}`)
  const select = `select ${asked.join(', ')} from ${table.name}`
  const at = table.columns.indexOf('id')
  for (let after = 0; ; ) {
    const rows = await sql.all<Record<string, SqlValue>>(
      table.hasId ? `${select} where id > ? order by id limit ${pageSize}` : select, table.hasId ? [after] : [],
    )
    const page = rows.map((row) => table.columns.map((name, index) => exactly(row[`c${index}`] ?? null, isCast(sql, table, name))))
    if (page.length > 0) yield table.hasId ? page : page.toSorted((a, b) => compare(JSON.stringify(a.map(String)), JSON.stringify(b.map(String))))
    if (!table.hasId || page.length < pageSize) return
    after = Number(page.at(-1)?.[at])
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** SQLite's driver rounds what is beyond 2^53. */
const isCast = (sql: Sql, { exact }: LedgerTable, column: string): boolean => sql.dialect === 'sqlite' && exact.has(column)

const exactly = (value: SqlValue, isText: boolean): SqlValue => {
  if (!isText || typeof value !== 'string') return value
  return /^-?\d{1,15}$/.test(value) ? Number(value) : /^-?\d+$/.test(value) ? BigInt(value) : value
}

export const insertRows = (sql: Sql, { name, columns }: LedgerTable, rows: readonly TableRow[]): Promise<void> =>
  sql.many(`insert into ${name} (${columns.map((one) => `"${one}"`).join(', ')}) values (?${', ?'.repeat(columns.length - 1)})`, rows)

/** Ids that the target gives from now on follow those that were brought. */
export const goOnAfter = async (sql: Sql, { name, hasId }: LedgerTable): Promise<void> => {
  const { idsTakenIn } = dialects[sql.dialect]
  if (hasId && idsTakenIn !== null) await sql.transaction((tx) => tx.all(idsTakenIn(name)))
}

export const countRows = async (sql: Sql, table: string): Promise<number> => {
  const [row] = await sql.all<{ count: number }>(`select count(*) as count from ${table}`)
  return Number(row?.count ?? 0)
}

/** Empties a table, a page of ids at a time. */
export const emptyTable = async (sql: Sql, { name, hasId }: LedgerTable): Promise<void> => {
  if (!hasId) return void await sql.run(`delete from ${name}`)
  for (;;) {
    const [row] = await sql.all<{ last: number | null }>(
      `select max(id) as last from (select id from ${name} order by id limit ${10 * pageSize}) page`)
    if (row?.last == null) return
    await sql.run(`delete from ${name} where id <= ?`, [row.last])
  }
}
