import { columnTypes, type Column, type Columns, type ColumnType } from './contract.ts'
import { found } from './found.ts'

/** The columns of `files` that people know, and the words a template knows besides metadata. */
export const baseColumns: ReadonlySet<string> = new Set([
  'id', 'watch_name', 'file_type', 'group_key', 'generation', 'is_latest', 'complete', 'archive_name',
  'archive_path', 'metadata', 'created_at', 'completed_at', 'completed_seq', 'modified_at', 'retention_date',
])

/** Names that no plugin may give a column: those, what the ledger keeps there for itself, and a template's word. */
export const reservedColumns: ReadonlySet<string> = new Set([
  ...baseColumns, 'detected_at', 'group_digest', 'name_number', 'rules_digest', 'selected_by', 'routed_by', 'due_at',
  'held_by', 'warned_at', 'last_arrival_at', 'release_requested', 'dismissed',
])

/** So that the name of an index on it fits every engine. */
export const maxColumnNameLength = 48
/** What a table has room for in every engine. */
export const maxColumns = 200

export type CheckedColumns = { readonly columns: Columns; readonly problems: readonly string[] }

/** Checks a plugin's `columns` export: the columns that are right, and a sentence for all that is not. */
export const checkColumns = (exported: unknown): CheckedColumns => {
  if (typeof exported !== 'object' || exported === null || Array.isArray(exported)) {
    const problem = `columns must be an object such as { start: { type: 'datetime' } }, was ${found(exported)}`
    return { columns: {}, problems: [problem] }
  }
  const entries = Object.entries(exported)
  const tooMany = `columns are at most ${maxColumns}, were ${entries.length}`
  const problems = entries.length > maxColumns ? [tooMany] : []
  const columns: [string, Column][] = []
  for (const [name, value] of entries) {
    const wrong = [...wrongName(name), ...wrongColumn(value)].map((problem) => `columns.${name} ${problem}`)
    if (wrong.length === 0) columns.push([name, columnOf(value as Column)])
    problems.push(...wrong)
  }
  return { columns: Object.fromEntries(columns), problems }
}

const wrongName = (name: string): string[] => {
  if (!/^[a-z_][a-z0-9_]*$/.test(name) || name === '__proto__') {
    return ['is not a name for a column: lower-case letters, digits and _, not beginning with a digit']
  }
  if (name.length > maxColumnNameLength) return [`is longer than ${maxColumnNameLength} characters`]
  return reservedColumns.has(name) ? ['is a name that carbonation uses itself: choose another'] : []
}

const wrongColumn = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) {
    return [`must be like { type: 'string' }, was ${found(value)}`]
  }
  const { type, index, ...others } = value as { type?: unknown; index?: unknown }
  const isIndex = index === undefined || typeof index === 'boolean'
  return [
    ...(isColumnType(type) ? [] : [`has the type ${found(type)}; the types are ${columnTypes.join(', ')}`]),
    ...(isIndex ? [] : [`has index ${found(index)}, expected true or false`]),
    ...Object.keys(others).map((key) => `has '${key}', which means nothing here: type and index do`),
  ]
}

const isColumnType = (value: unknown): value is ColumnType =>
  (columnTypes as readonly unknown[]).includes(value)

const columnOf = ({ type, index }: Column): Column => (index === undefined ? { type } : { type, index })
