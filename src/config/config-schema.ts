import { type } from './ark.ts'
import { ark } from './ark-leaf.ts'
import type { Schema } from './check.ts'
import { credentialKeys, repeatedTables, singleTables, type ReadConfig } from './config-keys.ts'
import type { Field, Fields } from './field.ts'

const strict = { '+': 'reject' } as const

/** A field as the schema library takes it. */
const fieldType = ({ of, isList, fallback }: Field<unknown>) => {
  if (!isList) return fallback === undefined ? ark(of) : ark(of).default(fallback as never)
  return fallback === undefined ? ark(of).array() : ark(of).array().default(() => fallback as unknown[])
}

const tableType = (fields: Fields) =>
  type({ ...strict, ...Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, fieldType(field)])) })

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
