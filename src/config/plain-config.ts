import type { Config } from './config.ts'
import { credentialKeys, repeatedTables, singleTables, type ReadConfig } from './config-keys.ts'
import type { ConfigSource } from './config-source.ts'
import { readTable, type Fields } from './field.ts'
import type { Source } from './problem.ts'
import { reportFor } from './report.ts'
import { noteEqualNames, toConfig, withCredentials } from './to-config.ts'
import { isTable, parseToml, type Table, type TomlFile } from './toml.ts'

/** The config by the keys and values that the schema is made of, without the schema library, which costs more than most
 *  questions do. Null where anything is wrong: then the full check says what. Secrets that are no TOML are a ConfigFault. */
export const plainConfig = (source: ConfigSource, file: TomlFile, secrets: Source | null): Config | null => {
  const credentials = secrets === null ? {} : plainCredentials(parseToml(secrets).table)
  if (credentials === null) return null
  const table = withCredentials(file.table, credentials)
  const report = reportFor(file)
  noteEqualNames(table, 'watch', report)
  noteEqualNames(table, 'archive', report)
  const read = readFile(table)
  const config = read === null ? null : toConfig(source.path, read, report)
  return report.problems.length === 0 ? config : null
}

const plainCredentials = (table: Table): Table | null => {
  const { database = {}, ...others } = table
  if (Object.keys(others).length > 0 || !isTable(database)) return null
  return readTable(credentialKeys, database) === null ? null : database
}

const readFile = (table: Table): ReadConfig | null => {
  const names = [...Object.keys(singleTables), ...Object.keys(repeatedTables)]
  if (Object.keys(table).some((key) => !names.includes(key))) return null
  const single = Object.entries(singleTables).map(([name, fields]) => [name, readTable(fields, table[name] ?? {})] as const)
  const repeated = Object.entries(repeatedTables).map(([name, fields]) => {
    const found = table[name]
    return [name, Array.isArray(found) ? readTables(fields, found) : null] as const
  })
  const all = [...single, ...repeated]
  return all.some(([, read]) => read === null) ? null : (Object.fromEntries(all) as ReadConfig)
}

const readTables = (fields: Fields, found: readonly unknown[]): readonly object[] | null => {
  const read = found.map((one) => readTable(fields, one)).filter((one) => one !== null)
  return read.length === found.length ? read : null
}
