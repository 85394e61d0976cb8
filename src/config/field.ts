import type { Leaf } from './leaf.ts'

/** What stands behind one key of a table: a value, or a list of them; with what it is where the file says nothing. */
export type Field<Value> = {
  readonly of: Leaf<unknown>
  readonly isList: boolean
  readonly fallback?: unknown
  /** Undefined for what it does not take. */
  readonly read: (found: unknown) => Value | undefined
}

/** A value. */
export const one = <Value>(of: Leaf<Value>, fallback?: unknown): Field<Value> =>
  ({ of, isList: false, ...(fallback === undefined ? {} : { fallback }), read: of.read })

/** A list of values. */
export const listOf = <Value>(of: Leaf<Value>, fallback?: readonly unknown[]): Field<Value[]> => ({
  of, isList: true, ...(fallback === undefined ? {} : { fallback }),
  read: (found) => {
    if (!Array.isArray(found)) return undefined
    const values = found.flatMap((each: unknown) => of.read(each) ?? [])
    return values.length === found.length ? values : undefined
  },
})

/** The keys of a table; one that ends in `?` may be left out and has no fallback. */
export type Fields = Readonly<Record<string, Field<unknown>>>

type ValueOf<One> = One extends Field<infer Value> ? Value : never

/** A table that was read: its keys as they stand in the file, fallbacks filled in. */
export type ReadTable<Keys extends Fields> = {
  readonly [Key in keyof Keys as Key extends `${string}?` ? never : Key]: ValueOf<Keys[Key]>
} & {
  readonly [Key in keyof Keys as Key extends `${infer Name}?` ? Name : never]?: ValueOf<Keys[Key]>
}
