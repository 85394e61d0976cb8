import { type } from './ark.ts'
import { showFound } from './leaf.ts'
import { unknownKey, type KnownKeys } from './known-keys.ts'
import { notTables } from './not-tables.ts'
import type { Report } from './report.ts'
import type { TomlPath } from './toml-lines.ts'

/** What arktype makes of a definition. */
export type Schema<Value> = (data: unknown) => Value | InstanceType<typeof type.errors>

/** Reads `data`, which stands at `base`, by a schema; null where that notes mistakes. */
export const check = <Value>(
  schema: Schema<Value>,
  data: unknown,
  known: KnownKeys,
  report: Report,
  base: TomlPath = [],
): Value | null => {
  const strays = notTables(data, known)
  for (const { path, found } of strays)
    report.at([...base, ...path], `must be a table, was ${showFound(found)}`)
  const read = schema(data)
  if (!(read instanceof type.errors)) return strays.length === 0 ? read : null
  for (const error of read.flatMap((one) => one.flat)) {
    const path = [...error.path] as (string | number)[]
    if (strays.some((stray) => stray.path.every((step, index) => step === path[index]))) continue
    report.at([...base, ...path], explain(error, path, known, base))
  }
  return null
}

type SchemaError = InstanceType<typeof type.errors>[number]

const explain = (error: SchemaError, path: TomlPath, known: KnownKeys, base: TomlPath): string => {
  const table = path.filter((step) => typeof step === 'string')
  const isList = typeof path.at(-1) === 'string' && known.get(table.join('.'))?.isList === true
  const list = isList ? `[[${[...base, ...table].join('.')}]]` : null
  if (error.code === 'required')
    return list === null ? `is missing; it must be ${error.expected}` : `is missing; write ${list}`
  if (error.code === 'predicate' && error.expected === 'removed') return unknownKey(table, known, base)
  if (error.code === 'predicate') return error.problem
  const found = showFound(error.data)
  if (list !== null) return `must be tables that each begin with ${list}, was ${found}`
  if (error.expected === 'an array')
    return `must be a list, was ${found}${typeof error.data === 'string' ? `; write [${found}]` : ''}`
  return `must be a table, was ${found}`
}
