import { nearest } from './nearest.ts'
import type { TomlPath } from './toml-lines.ts'

/** The keys of each table of a file, by its path without numbers (`watch`, `selection.field`); `''` is the
 *  file, or the table that was asked about. */
export type KnownKeys = ReadonlyMap<string, { readonly keys: readonly string[]; readonly isList: boolean }>

/** The keys of a schema's definition, those that may be left out included. */
export const keysOf = (definition: object, isList = false) => ({
  keys: Object.keys(definition).map((key) => key.replace(/\?$/, '')),
  isList,
})

/** What to say of a key that its table does not have: the one that was meant, or the table that it belongs
 *  to. */
export const unknownKey = (path: readonly string[], known: KnownKeys, base: TomlPath): string => {
  const key = path.at(-1) ?? ''
  const home = path.slice(0, -1).join('.')
  const near = nearest(key, known.get(home)?.keys ?? [])
  if (near !== null) return `is not a key carbonation knows; did you mean ${near}?`
  const others = [...known].filter(
    ([table, { keys }]) => table !== '' && table !== home && keys.includes(key),
  )
  const [other] = others
  if (other === undefined || others.length > 1) return 'is not a key carbonation knows'
  const header = [...base, other[0]].join('.')
  const shown = other[1].isList ? `[[${header}]]` : `[${header}]`
  return `is not a key carbonation knows here; it belongs to ${shown}`
}
