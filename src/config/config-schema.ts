import { type } from './ark.ts'
import type { Schema } from './check.ts'
import { credentialKeys, repeatedTables, singleTables, type ReadConfig } from './config-keys.ts'
import type { Fields } from './field.ts'
import { tableType } from './field-type.ts'

const strict = { '+': 'reject' } as const

const entriesOf = <Made>(tables: Readonly<Record<string, Fields>>, make: (fields: Fields) => Made) =>
  Object.fromEntries(Object.entries(tables).map(([name, fields]) => [name, make(fields)]))

const optionalTable = (fields: Fields) => tableType(fields).default(() => ({}))

/** `config.toml`, checked. The schema is made of the same keys that `plainConfig` reads by. */
export const configSchema = type({
  ...strict,
  ...entriesOf(singleTables, optionalTable),
  ...entriesOf(repeatedTables, (fields) => tableType(fields).array()),
}) as unknown as Schema<ReadConfig>

/** `~/.config/carbonation/secrets.toml` */
export const secretsSchema = type({ ...strict, database: optionalTable(credentialKeys) }) as unknown as Schema<unknown>
