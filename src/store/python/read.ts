import { isStatus, type Status } from '../../domain/status.ts'
import type { Sql } from '../../world.ts'
import { dialects } from '../dialects.ts'
import type { Names } from './exchange.ts'

/** A row of the Python package's `file_components`, with times in UTC. */
export type PythonComponent = {
  readonly id: number
  readonly watchName: string | null
  readonly sourcePath: string
  readonly archivePath: string | null
  readonly sizeBytes: number | null
  /** Null for one that this program does not know: `statusText` says which. */
  readonly status: Status | null
  readonly statusText: string
  readonly inDelivery: boolean
  readonly groupId: number | null
  readonly error: string | null
  readonly retryCount: number
  readonly lastRetryAt: string | null
  readonly detectedAt: string | null
  readonly archivedAt: string | null
  readonly clearedAt: string | null
  readonly metadata: string | null
}

const componentTimes = ['last_retry_at', 'detected_at', 'archived_at', 'cleared_at'] as const

type ComponentRow = {
  id: number; watch_name: string | null; source_path: string; archive_path: string | null; size_bytes: number | null
  status: string | null; in_delivery: unknown; group_id: number | null; error_message: string | null; retry_count: number | null
  metadata: string | null
} & Record<(typeof componentTimes)[number], unknown>

const selectComponents = (sql: Sql, names: Pick<Names, 'old'>): string =>
  `select id, watch_name, source_path, archive_path, size_bytes, cast(status as text) as status, in_delivery, group_id,
          error_message, retry_count, cast(metadata as text) || '' as metadata,
          ${componentTimes.map((name) => `${dialects[sql.dialect].writtenAt(name)} as ${name}`).join(', ')}
     from ${names.old('file_components')}`

/** A page of them by id. */
export const componentPage = async (sql: Sql, names: Pick<Names, 'old'>, after: number, limit: number): Promise<readonly PythonComponent[]> =>
  (await sql.all<ComponentRow>(`${selectComponents(sql, names)} where id > ? order by id limit ?`, [after, limit])).map(toComponent)

/** Those of these ids. */
export const componentsById = async (sql: Sql, names: Pick<Names, 'old'>, ids: readonly number[]): Promise<readonly PythonComponent[]> =>
  (await sql.all<ComponentRow>(`${selectComponents(sql, names)} where id in (select value from json_each(?))`, [JSON.stringify(ids)])).map(toComponent)

/** The ids of the members of these groups, and which group each is of. */
export const memberIds = (sql: Sql, names: Pick<Names, 'old'>, groupIds: readonly number[]): Promise<{ id: number; groupId: number }[]> =>
  sql.all(
    `select id, group_id as "groupId" from ${names.old('file_components')} where group_id in (select value from json_each(?)) order by id`,
    [JSON.stringify(groupIds)],
  )

/** The Python model writes names of statuses in capitals, its migration declares them in small letters. */
const toComponent = (row: ComponentRow): PythonComponent => {
  const status = (row.status ?? 'detected').toLowerCase()
  return {
    id: row.id, watchName: row.watch_name, sourcePath: row.source_path, archivePath: row.archive_path,
    sizeBytes: row.size_bytes === null ? null : Number(row.size_bytes),
    status: isStatus(status) && status !== 'superseded' ? status : null, statusText: row.status ?? '',
    inDelivery: isTrue(row.in_delivery), groupId: row.group_id, error: row.error_message, retryCount: row.retry_count ?? 0,
    lastRetryAt: columnTime(row.last_retry_at), detectedAt: columnTime(row.detected_at), archivedAt: columnTime(row.archived_at),
    clearedAt: columnTime(row.cleared_at), metadata: jsonOrNull(row.metadata),
  }
}

/** A row of its `files`. */
export type PythonGroup = {
  readonly id: number
  readonly watchName: string
  readonly fileType: string | null
  readonly key: string
  readonly complete: boolean
  readonly archivePath: string | null
  readonly metadata: string | null
  readonly createdAt: string | null
  readonly completedAt: string | null
  readonly modifiedAt: string | null
  readonly retentionDate: string | null
  /** The plugin's columns as the database gave them; whole numbers as text. */
  readonly values: Readonly<Record<string, unknown>>
}

/** A page of them by id. `columns` are those of the plugin. */
export const groupPage = async (
  sql: Sql, names: Pick<Names, 'old'>, columns: readonly PythonColumn[], after: number, limit: number,
): Promise<readonly PythonGroup[]> => {
  const { writtenAt } = dialects[sql.dialect]
  const own = columns.map(({ name, type }, index) => `${exactly(`"${name}"`, type)} as c${index}`)
  const rows = await sql.all<Record<string, unknown>>(
    `select id, watch_name, file_type, group_key, complete, archive_path, cast(metadata as text) || '' as metadata, retention_date,
            ${['created_at', 'completed_at', 'modified_at'].map((name) => `${writtenAt(name)} as ${name}`).join(', ')}
            ${own.map((one) => `, ${one}`).join('')}
       from ${names.old('files')} where id > ? order by id limit ?`,
    [after, limit],
  )
  return rows.map((row) => ({
    id: Number(row['id']), watchName: String(row['watch_name']), fileType: textOrNull(row['file_type']), key: String(row['group_key']),
    complete: isTrue(row['complete']), archivePath: textOrNull(row['archive_path']), metadata: jsonOrNull(textOrNull(row['metadata'])),
    createdAt: columnTime(row['created_at']), completedAt: columnTime(row['completed_at']), modifiedAt: columnTime(row['modified_at']),
    retentionDate: columnTime(row['retention_date']), values: Object.fromEntries(columns.map(({ name }, index) => [name, row[`c${index}`] ?? null])),
  }))
}

/** How many rows a table has. */
export const countRows = async (sql: Sql, table: string): Promise<number> => {
  const [row] = await sql.all<{ count: number }>(`select count(*) as count from ${table}`)
  return Number(row?.count ?? 0)
}

/** What a column of the Python package's plugin holds, by its declared type. */
export type PythonType = 'integer' | 'float' | 'boolean' | 'datetime' | 'json' | 'text'
export type PythonColumn = { readonly name: string; readonly type: PythonType }

const types: readonly (readonly [RegExp, PythonType])[] = [
  [/json/, 'json'], [/bool|tinyint/, 'boolean'], [/timestamp|date/, 'datetime'], [/int/, 'integer'],
  [/double|float|real|numeric|decimal/, 'float'],
]

const baseColumns: ReadonlySet<string> = new Set([
  'id', 'watch_name', 'file_type', 'group_key', 'complete', 'archive_path', 'metadata', 'created_at', 'completed_at', 'modified_at', 'retention_date',
])

/** The columns that its plugin added, in their order. */
export const pluginColumnsOf = async (sql: Sql): Promise<readonly PythonColumn[]> => {
  const rows = await sql.all<{ name: string; type: string }>(dialects[sql.dialect].columns('files'))
  return rows.filter((row) => !baseColumns.has(row.name)).map(({ name, type }) => ({
    name, type: types.find(([pattern]) => pattern.test(type.toLowerCase()))?.[1] ?? 'text',
  }))
}

/** As a text where the driver would round it or take it apart, which MariaDB's does with a mere cast, too. */
const exactly = (column: string, type: PythonType): string => (['integer', 'json', 'text'].includes(type) ? `cast(${column} as text) || ''` : column)

const isTrue = (value: unknown): boolean => value === true || Number(value) === 1

const textOrNull = (value: unknown): string | null => (value === null || value === undefined ? null : String(value))

/** SQLAlchemy writes None as JSON's null. */
const jsonOrNull = (text: string | null): string | null => (text === null || text.trim() === 'null' ? null : text)

/** A time of any engine as our columns keep it; null for what is none. */
export const columnTime = (value: unknown): string | null => {
  const [, date, time = '00:00:00', fraction = ''] = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d:\d\d)(?:\.(\d+))?)?/.exec(textOrNull(value) ?? '') ?? []
  return date === undefined ? null : `${date} ${time}.${`${fraction}000`.slice(0, 3)}`
}
