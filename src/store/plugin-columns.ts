import type { Column, ColumnType, Columns, QueryDefaults } from '../plugin/contract.ts'
import type { Sql, SqlValue } from '../world.ts'
import { dialects } from './dialects.ts'
import type { Dialect } from './dialects/dialect.ts'

/** The dialect's word for each type of column. */
const types = {
  string: 'text', text: 'text', integer: 'bigint', bigint: 'bigint', float: 'float', boolean: 'boolean', datetime: 'time',
  json: 'json',
} as const satisfies Readonly<Record<ColumnType, keyof Dialect>>

/** The dialect's word for a type of column. */
export const columnType = (type: ColumnType) => types[type]

const isText = (type: ColumnType | undefined): boolean => type !== undefined && (types[type] === 'text' || types[type] === 'json')

/** The columns of `files` as the database has them: name and declared type. */
export const filesColumns = async (sql: Sql): Promise<ReadonlyMap<string, string>> => {
  const rows = await sql.all<{ name: string; type: string }>(dialects[sql.dialect].columns('files'))
  return new Map(rows.map((row) => [row.name, row.type.toLowerCase()]))
}

/** Adds the plugin's columns that the table lacks, and the indexes that its questions need. Gives the names added; no
 *  column is ever dropped. Where nothing is lacking, nobody who writes is waited for. */
export const addPluginColumns = async (sql: Sql, columns: Columns, defaults: QueryDefaults = {}): Promise<readonly string[]> => {
  const dialect = dialects[sql.dialect]
  const present = await filesColumns(sql)
  const missing = Object.entries(columns).filter(([name]) => !present.has(name))
  const indexes = new Set((await sql.all<{ name: string }>(dialect.indexes('files'))).map((row) => row.name))
  const unindexed = [...pluginIndexes(columns, defaults)].filter(([name]) => !indexes.has(`ix_files_${name}`))
  if (missing.length + unindexed.length === 0) return []
  const indexed = (key: string): string => (isText(columns[key]?.type) ? dialect.ofValue(`"${key}"`) : `"${key}"`)
  await sql.transaction(async (tx) => {
    const byOthers = await filesColumns(tx)
    for (const [name, column] of missing.filter(([one]) => !byOthers.has(one))) await tx.run(`alter table files add column "${name}" ${declared(column, dialect)}`)
    for (const [name, keys] of unindexed) {
      await tx.run(`create index if not exists "ix_files_${name}" on files (${keys.map(indexed).join(', ')})`)
    }
  })
  return missing.map(([name]) => name)
}

/** The keys of the index that each column has: those that ask for one, with the column behind it by which rows come where
 *  nobody says otherwise; and that one itself. A range of dates asks for start and stop at once. With `is_latest` at the
 *  end, counting reads no row. */
const pluginIndexes = (columns: Columns, { orderBy = '' }: QueryDefaults): ReadonlyMap<string, readonly string[]> => {
  const order = orderBy.replace(/^-/, '')
  const keysOf = (name: string): readonly string[] => {
    if (!Object.hasOwn(columns, order)) return [name]
    if (name !== order) return [name, order, 'is_latest']
    return name === 'start' && columns['stop']?.type === 'datetime' ? ['start', 'stop', 'is_latest'] : [name, 'is_latest']
  }
  const indexed = Object.keys(columns).filter((name) => columns[name]?.index === true || name === order)
  return new Map(indexed.map((name) => [name, keysOf(name)]))
}

/** What differs between the plugin and the table, a sentence each. */
export const columnDrift = async (sql: Sql, columns: Columns): Promise<readonly string[]> => {
  const present = await filesColumns(sql)
  return Object.entries(columns).flatMap(([name, column]) => {
    const found = present.get(name)
    if (found === undefined) return [`column ${name} of the plugin is not in the database; run "carbonation db init"`]
    const wanted = declared(column, dialects[sql.dialect])
    return found === wanted.toLowerCase() ? [] : [`column ${name} is ${found} in the database, ${wanted} in the plugin`]
  })
}

const declared = (column: Column, dialect: Dialect): string => dialect[types[column.type]]

/** A value of `extract` as its column keeps it. */
export const columnValue = (type: ColumnType, value: unknown): SqlValue => {
  if (value === undefined || value === null) return null
  switch (type) {
    case 'json':
      return JSON.stringify(value)
    case 'boolean':
      return value === true ? 1 : 0
    case 'datetime':
      return String(value).replace('T', ' ').replace('Z', '')
    default:
      return typeof value === 'number' || typeof value === 'bigint' ? value : String(value)
  }
}

/** Metadata as the JSON column keeps it; a BigInt as its digits. */
export const metadataJson = (metadata: Readonly<Record<string, unknown>> | null): string | null =>
  metadata === null ? null : JSON.stringify(metadata, Object.values(metadata).some((one) => typeof one === 'bigint' || typeof one === 'object') ? withoutBigInt : undefined)

const withoutBigInt = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value)
