import type { Leaf } from './leaf.ts'
import type { TableShape } from './table-shape.ts'
import { isTable } from './toml.ts'

/** What a value may look like: a leaf, a table, or a list of tables where there is no leaf. */
export type Shape<Value> = Leaf<Value> | TableShape<Value> | LeafOrTables<Value>

type LeafOrTables<Value> = {
  readonly leaf: Leaf<unknown>
  readonly tables: Field<unknown>
  readonly read: (found: unknown) => Value | undefined
}

/** What stands behind one key of a table: a value, or a list of them; with what it is where the file says nothing. */
export type Field<Value> = {
  readonly of: Shape<unknown>
  readonly isList: boolean
  readonly fallback?: unknown
  /** Undefined for what it does not take. */
  readonly read: (found: unknown) => Value | undefined
}

/** A value. */
export const one = <Value>(of: Shape<Value>, fallback?: unknown): Field<Value> =>
  ({ of, isList: false, ...(fallback === undefined ? {} : { fallback }), read: of.read })

/** A list of values. */
export const listOf = <Value>(of: Shape<Value>, fallback?: readonly unknown[]): Field<Value[]> => ({
  of, isList: true, ...(fallback === undefined ? {} : { fallback }),
  read: (found) => {
    if (!Array.isArray(found)) return undefined
    const values = found.map((each: unknown) => of.read(each)).filter((value) => value !== undefined)
    return values.length === found.length ? values : undefined
  },
})

/** A value, or a list of tables in its place. */
export const leafOrTables = <Value, Row>(leaf: Leaf<Value>, of: TableShape<Row>): LeafOrTables<Value | Row[]> => {
  const tables = listOf(of)
  return { leaf, tables, read: (found) => (Array.isArray(found) ? tables.read(found) : leaf.read(found)) }
}

/** The keys of a table; one that ends in `?` may be left out and has no fallback. */
export type Fields = Readonly<Record<string, Field<unknown>>>

type ValueOf<One> = One extends Field<infer Value> ? Value : never

/** A table that was read: its keys as they stand in the file, fallbacks filled in. */
export type ReadTable<Keys extends Fields> = {
  readonly [Key in keyof Keys as Key extends `${string}?` ? never : Key]: ValueOf<Keys[Key]>
} & {
  readonly [Key in keyof Keys as Key extends `${infer Name}?` ? Name : never]?: ValueOf<Keys[Key]>
}

/** Reads a table by its keys. Null where a key is not known or missing, or a value is not taken. */
export const readTable = <Keys extends Fields>(fields: Keys, found: unknown): ReadTable<Keys> | null => {
  if (!isTable(found)) return null
  const read: Record<string, unknown> = {}
  let taken = 0
  for (const [key, field] of Object.entries(fields)) {
    const name = key.replace(/\?$/, '')
    const value = Object.hasOwn(found, name) ? found[name] : undefined
    if (value !== undefined) taken += 1
    else if (field.fallback === undefined && name !== key) continue
    const own = field.read(value ?? field.fallback)
    if (own === undefined) return null
    read[name] = own
  }
  return taken === Object.keys(found).length ? (read as ReadTable<Keys>) : null
}
