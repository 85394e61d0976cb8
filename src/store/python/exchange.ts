import { toColumn, type Instant } from '../../domain/time.ts'
import type { Sql } from '../../world.ts'
import { dialects } from '../dialects.ts'
import { initial } from '../migrations/000001-initial.ts'
import { keptName, firstTables, presentPythonTables, surveyTable, tableNames, type PythonTable } from './tables.ts'

/** What the two programs' tables are called while rows go from one to the other. */
export type Names = { readonly old: (table: PythonTable) => string; readonly fresh: (table: string) => string }

/** Puts the ledger in the place of the Python package's tables, which keep all they hold under other names. Where the
 *  engine can, all of it is one transaction; else the ledger is made beside under other names, and one statement, which
 *  the engine takes whole or not at all, exchanges the names. Either way whoever kills it leaves the old or the new. */
export const exchangeTables = async <T>(
  sql: Sql, fill: (sql: Sql, names: Names) => Promise<T>, now: Instant,
): Promise<T> => {
  const tables = await presentPythonTables(sql)
  if (!dialects[sql.dialect].wholeMigrations) return exchangeByNames(sql, tables, fill, now)
  return sql.transaction(async (tx) => {
    await setAside(tx, tables)
    const names: Names = { old: keptName, fresh: (table) => table }
    await makeTables(tx, names, now)
    const filled = await fill(tx, names)
    await tx.run(`drop table ${surveyTable}`)
    return filled
  })
}

const exchangeByNames = async <T>(
  sql: Sql, tables: readonly PythonTable[], fill: (sql: Sql, names: Names) => Promise<T>, now: Instant,
): Promise<T> => {
  const names: Names = { old: (table) => table, fresh: (table) => `carbonation_new_${table}` }
  const leftOver = await tableNames(sql)
  for (const table of [...firstTables].reverse()) {
    if (leftOver.has(names.fresh(table))) await sql.run(`drop table ${names.fresh(table)}`)
  }
  await makeTables(sql, names, now)
  const filled = await fill(sql, names)
  const renames = [
    ...tables.map((table) => `${table} to ${keptName(table)}`),
    ...firstTables.map((table) => `${names.fresh(table)} to ${table}`),
  ]
  await sql.run(`rename table ${renames.join(', ')}`)
  await sql.run(`drop table ${surveyTable}`)
  return filled
}

const makeTables = async (sql: Sql, { fresh }: Names, now: Instant): Promise<void> => {
  const renamed = (statement: string): string => statement.replace(/\b(table|into|from|on|references) (\w+)/g, (all, word: string, name: string) =>
    firstTables.includes(name) ? `${word} ${fresh(name)}` : all)
  await sql.run(renamed('create table schema_migrations (number integer primary key, name text, applied_at text)'))
  for (const statement of initial(dialects[sql.dialect])) await sql.run(renamed(statement))
  await sql.run(`insert into ${fresh('schema_migrations')} (number, name, applied_at) values (1, '000001-initial', ?)`, [toColumn(now)])
}

/** Names of indexes and sequences are the schema's, so those of the old tables make way, too. */
const setAside = async (tx: Sql, tables: readonly PythonTable[]): Promise<void> => {
  const { indexesAside } = dialects[tx.dialect]
  const before = indexesAside === null ? [] : await tx.all<{ away: string; again: string | null }>(indexesAside, [JSON.stringify(tables)])
  for (const { away } of before) await tx.run(away)
  for (const table of tables) await tx.run(`alter table ${table} rename to ${keptName(table)}`)
  for (const { again } of before) if (again !== null) await tx.run(asidePhrase(again))
}

/** SQLite cannot rename an index, so it is made again as it was. */
const asidePhrase = (statement: string): string =>
  statement.replace(/^(create\s+(?:unique\s+)?index\s+)"?(\w+)"?(\s+on\s+)"?(\w+)"?/i, '$1"python_$2"$3"python_$4"')
