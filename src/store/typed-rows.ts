import type { Columns, ColumnType } from '../plugin/contract.ts'
import type { FilterScalar } from './filter-values.ts'
import type { groupColumns } from './query-columns.ts'

/** Rows and filters as TypeScript sees them. `C` are the plugin's columns: `typeof columns`. */

type RowValues = {
  string: string
  text: string
  integer: number
  /** A BigInt beyond 2^53. */
  bigint: number | bigint
  float: number
  boolean: boolean
  datetime: Date
  json: unknown
}

/** What every group has. */
export type GroupRow = {
  readonly id: number
  readonly watch_name: string
  readonly file_type: string | null
  readonly group_key: string
  readonly generation: number
  readonly complete: boolean
  readonly archive_name: string | null
  readonly archive_path: string | null
  readonly created_at: Date
  readonly completed_at: Date | null
  readonly modified_at: Date
  readonly retention_date: Date | null
}

type OnRequest = { readonly is_latest: boolean; readonly completed_seq: number | null; readonly metadata: unknown }

/** One row of `files`. */
export type FileRow<C extends Columns = Columns> = GroupRow & {
  readonly [K in keyof C]: RowValues[C[K]['type']] | null
}

/** The names that `columns` may list. */
export type ColumnName<C extends Columns> = keyof (FileRow<C> & OnRequest) & string

/** The row when only some columns are asked for. */
export type PartOfRow<C extends Columns, K extends ColumnName<C>> = Pick<FileRow<C> & OnRequest, K>

type FilterValues = {
  string: string
  text: string
  integer: number | bigint
  bigint: number | bigint
  float: number
  boolean: boolean
  datetime: Date | string
  json: never
}
type Numeric = 'integer' | 'bigint' | 'float'
type KeysOf<C extends Columns, T extends ColumnType> = {
  [K in keyof C & string]: C[K]['type'] extends T ? K : never
}[keyof C & string]

type Exact<C extends Columns> = {
  readonly [K in KeysOf<C, Exclude<ColumnType, 'json'>>]?:
    | FilterValues[C[K]['type']] | null | readonly (FilterValues[C[K]['type']] | null)[] | undefined
}
type Limits<C extends Columns> = {
  readonly [K in `${KeysOf<C, Numeric>}${'_min' | '_max'}`]?: number | bigint | undefined
}
type Times<C extends Columns> = {
  readonly [K in `${KeysOf<C, 'datetime'>}${'_after' | '_before'}`]?: Date | string | undefined
}
type StartStop = {
  /** Start to stop meets `A/B`, `A/`, `/B` or `A`, or these two ends. */
  readonly _daterange?: string | readonly [Date | string | null, Date | string | null] | undefined
  /** Stop is at most as old as `7d`, or not before this time. */
  readonly _age?: string | Date | undefined
}

/** Filters of `files` by column and suffix: none exact, `_min`, `_max`, `_after`, `_before`; a list is any
 *  of it; `%` in text stands for any characters; null is no value. Without the type of the columns any
 *  name goes, and what is wrong is told when it is asked. */
export type Filters<C extends Columns = Columns> = string extends keyof C
  ? Readonly<Record<string, FilterScalar | null | undefined | readonly (FilterScalar | null)[]>>
  : Exact<C & typeof groupColumns> & Limits<C & typeof groupColumns> & Times<C & typeof groupColumns> & StartStop
