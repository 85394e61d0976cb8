import type { Status } from '../domain/status.ts'
import { toColumn, type Instant } from '../domain/time.ts'
import type { Columns } from '../plugin/contract.ts'
import type { Sql } from '../world.ts'
import { any, contains, oneOf, type Condition } from './conditions.ts'
import { digestBegins } from './digest.ts'
import { columnsOf, type QueryColumn } from './query-columns.ts'
import { countRows, planCount, planRows, selectRows, type Choice, type Plan, type Row } from './select-rows.ts'

/** The public columns of `file_components`. */
export const componentColumns: readonly QueryColumn[] = columnsOf({
  id: { type: 'integer' },
  watch_name: { type: 'string' },
  filename: { type: 'text' },
  source_path: { type: 'text' },
  generation: { type: 'integer' },
  group_id: { type: 'integer' },
  origin: { type: 'string' },
  role: { type: 'string' },
  archive_name: { type: 'string' },
  archive_key: { type: 'text' },
  archive_path: { type: 'text' },
  size_bytes: { type: 'bigint' },
  mtime_ns: { type: 'string' },
  device: { type: 'string' },
  inode: { type: 'string' },
  sha256: { type: 'string' },
  status: { type: 'string' },
  in_delivery: { type: 'boolean' },
  in_archive: { type: 'boolean' },
  error_message: { type: 'text' },
  retry_count: { type: 'integer' },
  next_retry_at: { type: 'datetime' },
  last_retry_at: { type: 'datetime' },
  detected_at: { type: 'datetime' },
  archived_at: { type: 'datetime' },
  verified_at: { type: 'datetime' },
  cleared_at: { type: 'datetime' },
  metadata: { type: 'json' },
} satisfies Columns, { plugin: false, shown: true })

/** What is wanted of `file_components`; lists are any of. */
export type ComponentFilters = {
  readonly statuses: readonly Status[]
  readonly watchNames: readonly string[]
  readonly archives: readonly string[]
  /** Part of the file's name or, where it has a `/`, of its source path; a pattern of the whole where it
   *  has `%`. */
  readonly names: readonly string[]
  /** Hex, whole or its beginning. */
  readonly sha256: readonly string[]
  /** When it was detected. */
  readonly since: Instant | null
  readonly until: Instant | null
  /** Part of what is wrong with it, or a pattern of the whole. */
  readonly reasons: readonly string[]
}

/** The statuses that ask for a person or for time. */
export const troubledStatuses: readonly Status[] = ['integrity_failed', 'timed_out', 'retry_pending', 'failed']

export const planComponents = (filters: ComponentFilters, choice: Choice): Plan =>
  planRows({ table: 'file_components', columns: componentColumns, conditions: conditions(filters) }, choice)

/** The components that pass every filter; without any those in trouble that nobody dismissed. */
export const queryComponents = (sql: Sql, plan: Plan): Promise<Row[]> => selectRows(sql, plan)

export const countComponents = (sql: Sql, filters: ComponentFilters): Promise<number> =>
  countRows(sql, planCount({ table: 'file_components', conditions: conditions(filters) }))

const conditions = (filters: ComponentFilters): readonly Condition[] => {
  const asked = [
    ...list('status', filters.statuses),
    ...list('watch_name', filters.watchNames),
    ...list('archive_name', filters.archives),
    ...anyOf(filters.names, (name) => contains(name.includes('/') ? 'source_path' : 'filename', name)),
    ...anyOf(filters.sha256, (digest) => digestBegins('"sha256"', digest.toLowerCase())),
    ...anyOf(filters.reasons, (reason) => contains('error_message', reason)),
    ...(filters.since === null ? [] : [{ sql: '"detected_at" >= ?', parameters: [toColumn(filters.since)] }]),
    ...(filters.until === null ? [] : [{ sql: '"detected_at" <= ?', parameters: [toColumn(filters.until)] }]),
  ]
  return asked.length > 0 ? asked : inTrouble()
}

const inTrouble = (): readonly Condition[] => [
  ...list('status', troubledStatuses),
  {
    sql: 'exists (select 1 from files f where f.id = file_components.group_id and f.dismissed is null)',
    parameters: [],
  },
]

const list = (name: string, values: readonly string[]): Condition[] => {
  const column = componentColumns.find((one) => one.name === name)
  if (values.length === 0 || column === undefined) return []
  return [oneOf(column, values, name, (value) => String(value))]
}

const anyOf = (values: readonly string[], condition: (value: string) => Condition): Condition[] =>
  values.length === 0 ? [] : [any(values.map(condition))]

