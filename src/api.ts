import { openDatabase } from './compose.ts'
import { openAsking, type Asking } from './compose/asking.ts'
import { projectConfig } from './edges/project-config.ts'
import type { Columns } from './plugin/contract.ts'
import { describeFilters, type FilterDescription } from './store/describe-filters.ts'
import type { Filter } from './store/filters.ts'
import { newFiles, type Cursor, type NewFilesQuestion } from './store/new-files.ts'
import { countFiles, planFiles, planFilesCount, queryFiles as askFiles, requireBound } from './store/query-files.ts'
import { serviceStatus, type ServiceStatus } from './store/service-status.ts'
import { openSession, type Session } from './store/session.ts'
import type { ColumnName, FileRow, Filters, PartOfRow } from './store/typed-rows.ts'

export { Fault } from './domain/fault.ts'
export type { Column, Columns, ColumnType, MetadataOf, QueryDefaults } from './plugin/contract.ts'
export type { Cursor, FileRow, FilterDescription, Filters, ServiceStatus, Session }

/** How rows are wanted. What is not given is what the plugin's `queryDefaults` say, and then no
 *  constraint. */
export type QueryOptions<C extends Columns = Columns> = {
  readonly columns?: readonly ColumnName<C>[] | undefined
  /** A column; `-start` for the newest or largest first. */
  readonly orderBy?: ColumnName<C> | `-${ColumnName<C>}` | undefined
  readonly limit?: number | undefined
  /** The number of rows instead of the rows. */
  readonly countOnly?: boolean | undefined
  /** Also what a later generation replaced. */
  readonly allGenerations?: boolean | undefined
}

/** A number where the count was asked for, else rows with the columns that were named. */
export type Answer<C extends Columns, O> = O extends { readonly countOnly: true }
  ? number
  : O extends { readonly columns: readonly (infer K)[] }
    ? PartOfRow<C, K & ColumnName<C>>[]
    : FileRow<C>[]

/** An open project. Everything it can't do is a `Fault` with a remedy. */
export type Connection<C extends Columns = Columns> = {
  /** The groups that pass every filter. Without filter, limit or count it is refused, so that nobody
   *  fetches the whole table by accident. */
  queryFiles<const O extends QueryOptions<C> = object>(filters?: Filters<C>, options?: O): Promise<Answer<C, O>>
  /** Every filter that `queryFiles` takes. */
  describeFilters(): Promise<readonly FilterDescription[]>
  /** The generations archived after the cursor (null: all), in the order of their commits, each exactly
   *  once. Call it with the cursor of the last answer until there are no more rows. At most `limit` (1000)
   *  at a time. */
  getNewFiles(
    cursor?: Cursor | null, question?: NewFilesQuestion,
  ): Promise<{ rows: FileRow<C>[]; cursor: Cursor | null }>
  /** The service as it was heard of last; null when it never ran. */
  getServiceStatus(): Promise<ServiceStatus | null>
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** Opens the project of a config.toml for questions: `await using db = await connect('config.toml')`. With
 *  the plugin's columns, `connect<typeof columns>(…)`, rows and filters are typed. */
export const connect = async <C extends Columns = Columns>(config: string): Promise<Connection<C>> => {
  const asking = await openAsking(await projectConfig(config))
  const close = () => asking.close()
  return {
    queryFiles: <const O extends QueryOptions<C> = object>(filters?: Filters<C>, options?: O) =>
      answer(asking, filters ?? {}, options ?? {}) as Promise<Answer<C, O>>,
    describeFilters: async () => describeFilters(asking.columns),
    getNewFiles: async (cursor = null, question = {}) => {
      const { rows, cursor: next } = await newFiles(asking.sql, asking.columns, cursor, question)
      return { rows: rows as FileRow<C>[], cursor: next }
    },
    getServiceStatus: () => serviceStatus(asking.sql),
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** One question: connects, asks, closes. */
export const queryFiles = async <C extends Columns = Columns, const O extends QueryOptions<C> = object>(
  config: string, filters?: Filters<C>, options?: O,
): Promise<Answer<C, O>> => {
  await using connection = await connect<C>(config)
  return await connection.queryFiles(filters, options)
}

/** The database as SQL, for reading and writing: `` await sql`select id from files where watch_name =
 *  ${name}` ``. */
export const session = async (config: string): Promise<Session> =>
  openSession(await openDatabase(await projectConfig(config)))

const answer = async (
  { sql, columns, defaults, now }: Asking, filters: object, options: QueryOptions,
): Promise<unknown> => {
  const question = {
    filters: filtersOf(filters),
    columns: options.columns ?? defaults.columns,
    orderBy: options.orderBy ?? defaults.orderBy,
    limit: options.limit ?? defaults.limit,
    allGenerations: options.allGenerations ?? false,
  }
  if (options.countOnly === true) return countFiles(sql, planFilesCount(columns, question, now()))
  requireBound(question)
  return askFiles(sql, planFiles(columns, question, now()))
}

const filtersOf = (filters: object): readonly Filter[] =>
  Object.entries(filters).map(([key, value]) => ({ key, value, as: `filter ${key}` }))
