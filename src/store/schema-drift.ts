import type { Sql } from '../world.ts'
import { dialects } from './dialects.ts'
import { migrationStatements } from './migrations.ts'

/** What the migrations made and is not there any more: a sentence each, with how to make it again where that is simple. */
export const schemaDrift = async (sql: Sql): Promise<readonly string[]> => {
  const dialect = dialects[sql.dialect]
  const lacking: string[] = []
  for (const [table, { columns, indexes }] of expected(migrationStatements(dialect))) {
    const there = new Set((await sql.all<{ name: string }>(dialect.columns(table))).map((row) => row.name))
    if (there.size === 0) lacking.push(`the table ${table} is not there`)
    else lacking.push(...columns.filter((name) => !there.has(name)).map((name) => `the column ${name} of ${table} is not there`))
    const named = new Set((await sql.all<{ name: string }>(dialect.indexes(table))).map((row) => row.name))
    for (const [name, statement] of indexes) {
      if (!named.has(name)) lacking.push(`the index ${name} is not there; say: ${statement.replace(/\s+/g, ' ')}`)
    }
  }
  return lacking
}

type Table = { readonly columns: string[]; readonly indexes: Map<string, string> }

/** Read off the statements themselves, so that no second list has to be kept. */
const expected = (statements: readonly string[]): ReadonlyMap<string, Table> => {
  const tables = new Map<string, Table>()
  for (const text of statements) {
    const [, made, body] = /^create table (?:if not exists )?(\w+) \(([^]*)\)\s*$/.exec(text) ?? []
    if (made !== undefined) tables.set(made, { columns: (body ?? '').split(',').flatMap((one) => /^\s*(\w+) /.exec(one)?.[1] ?? []), indexes: new Map() })
    const [, altered, column] = /^alter table (\w+) add column (?:if not exists )?"?(\w+)/.exec(text) ?? []
    if (altered !== undefined && column !== undefined) tables.get(altered)?.columns.push(column)
    const [, index, on] = /^create (?:unique )?index (?:if not exists )?(\w+) on (\w+)/.exec(text) ?? []
    if (index !== undefined && on !== undefined) tables.get(on)?.indexes.set(index, text)
    const [, dropped] = /^drop index (?:if exists )?(\w+)/.exec(text) ?? []
    if (dropped !== undefined) for (const { indexes } of tables.values()) indexes.delete(dropped)
  }
  return tables
}
