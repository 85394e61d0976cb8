/** What a plugin is: a plain module whose exports are named here. Types only; nothing of this runs. */

export const columnTypes = ['string', 'text', 'integer', 'bigint', 'float', 'boolean', 'datetime', 'json'] as const
export type ColumnType = (typeof columnTypes)[number]

/** One column of `files` that a plugin fills. */
export type Column = { readonly type: ColumnType; readonly index?: boolean }

/** `export const columns = { … } satisfies Columns` */
export type Columns = Readonly<Record<string, Column>>

type ValueOf = {
  string: string
  text: string
  integer: number
  bigint: number | bigint
  float: number
  boolean: boolean
  /** A Date, or ISO 8601 text; without a zone it is UTC. */
  datetime: Date | string
  json: unknown
}

/** What `extract` gives for these columns: any of them, each its own type or null. */
export type MetadataOf<C extends Columns> = { [K in keyof C]?: ValueOf[C[K]['type']] | null }

/** `export const queryDefaults`: what `query files` and the API use where the caller says nothing. */
export type QueryDefaults = { readonly orderBy?: string; readonly limit?: number; readonly columns?: readonly string[] }

/** What `extract` gave, checked, as the program carries it: datetimes as ISO 8601 UTC text with `Z`. */
export type Metadata = Readonly<Record<string, unknown>>
