/** What lets an editor know `import type { Columns, MetadataOf } from 'carbonation'` without installing anything: the
 *  contract of plugins and the API for scripts, as declarations for `plugins/node_modules/carbonation/index.d.ts`. At
 *  run time nothing reads it: the program brings its own module of that name. */
export const editorTypes = (): string => declarations

const declarations = `// Written by \`carbonation init\`; yours to keep or to delete.

export type ColumnType = 'string' | 'text' | 'integer' | 'bigint' | 'float' | 'boolean' | 'datetime' | 'json'

/** One column of \`files\` that a plugin fills. */
export type Column = { readonly type: ColumnType; readonly index?: boolean }

/** \`export const columns = { … } satisfies Columns\` */
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

/** What \`extract\` gives for these columns: any of them, each its own type or null. */
export type MetadataOf<C extends Columns> = { [K in keyof C]?: ValueOf[C[K]['type']] | null }

/** \`export const queryDefaults\`: what \`query files\` and the API use where the caller says nothing. */
export type QueryDefaults = {
  readonly orderBy?: string
  readonly limit?: number
  readonly columns?: readonly string[]
}

/** A row of \`files\`, by the names of its columns. */
export type Row = Record<string, unknown>

/** \`describeFilters()\` tells which there are: a column's name is an exact value or a list of which any will do
 *  (% is a wildcard in text), and it may end in _after, _before, _min or _max; _daterange and _age go by start and
 *  stop. */
export type Filters = Readonly<Record<string, unknown>>

export type QueryOptions = {
  readonly columns?: readonly string[] | null
  readonly limit?: number | null
  /** A column; with - before it the newest or largest first. */
  readonly orderBy?: string | null
}

export type FilterDescription = {
  readonly filter_key: string
  readonly type: string
  readonly description: string
  readonly column: string
  readonly plugin: boolean
}

export interface Connection {
  /** Refuses a query without filter, limit and count. */
  queryFiles(filters: Filters | undefined, options: QueryOptions & { readonly countOnly: true }): Promise<number>
  queryFiles(filters?: Filters, options?: QueryOptions): Promise<Row[]>
  describeFilters(): Promise<FilterDescription[]>
  /** Gives every archived generation exactly once: hand in the cursor of the last answer. */
  getNewFiles(
    cursor?: string | null,
    options?: { readonly watchName?: string; readonly limit?: number },
  ): Promise<{ rows: Row[]; cursor: string | null }>
  getServiceStatus(): Promise<Record<string, unknown> | null>
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** SQL as a tagged template. */
export interface Session {
  <Result = Row>(text: TemplateStringsArray, ...values: readonly unknown[]): Promise<Result[]>
  /** All of it or nothing. */
  transaction<T>(work: (sql: Session) => Promise<T>): Promise<T>
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** \`config\`: the path of a config.toml. */
export declare const connect: (config: string) => Promise<Connection>

/** Connects, asks once, closes. */
export declare function queryFiles(
  config: string, filters: Filters | undefined, options: QueryOptions & { readonly countOnly: true },
): Promise<number>
export declare function queryFiles(config: string, filters?: Filters, options?: QueryOptions): Promise<Row[]>

export declare const session: (config: string) => Promise<Session>
`
