import type { KnownKeys } from './known-keys.ts'
import { isTable } from './toml.ts'
import type { TomlPath } from './toml-lines.ts'

type NotTable = { readonly path: TomlPath; readonly found: unknown }

/** The lists and dates that stand where a table must be. To the schema both are objects, and so tables. */
export const notTables = (data: unknown, known: KnownKeys): readonly NotTable[] =>
  visitTable(data, '', [], known)

const visit = (value: unknown, name: string, path: TomlPath, known: KnownKeys): readonly NotTable[] => {
  if (known.get(name)?.isList !== true) return visitTable(value, name, path, known)
  if (!Array.isArray(value)) return []
  return value.flatMap((element, index) => visitTable(element, name, [...path, index], known))
}

const visitTable = (value: unknown, name: string, path: TomlPath, known: KnownKeys): readonly NotTable[] => {
  if (typeof value !== 'object' || value === null) return []
  if (!isTable(value)) return [{ path, found: value }]
  return Object.entries(value).flatMap(([key, inner]) => {
    const innerName = name === '' ? key : `${name}.${key}`
    return known.has(innerName) ? visit(inner, innerName, [...path, key], known) : []
  })
}
