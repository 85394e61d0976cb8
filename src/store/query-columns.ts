import { nearest } from '../config/nearest.ts'
import { Fault } from '../domain/fault.ts'
import type { Columns, ColumnType } from '../plugin/contract.ts'
import type { Dialect } from './dialects/dialect.ts'

/** One column that may be asked for. */
export type QueryColumn = {
  readonly name: string
  readonly type: ColumnType
  /** The plugin gives it. */
  readonly plugin: boolean
  /** Part of a row that names no columns. */
  readonly shown: boolean
  /** The plugin has it and the database does not yet. */
  readonly missing: boolean
  /** How an index holds it, where that is not by its whole value. */
  readonly beginning: Dialect['beginning']
}

/** The public columns of `files` that every ledger has, in the order in which rows show them. */
export const groupColumns = {
  id: { type: 'integer' },
  watch_name: { type: 'string' },
  file_type: { type: 'string' },
  group_key: { type: 'text' },
  generation: { type: 'integer' },
  complete: { type: 'boolean' },
  archive_name: { type: 'string' },
  archive_path: { type: 'text' },
  created_at: { type: 'datetime' },
  completed_at: { type: 'datetime' },
  modified_at: { type: 'datetime' },
  retention_date: { type: 'datetime' },
} as const satisfies Columns

/** Columns of `files` that are given when they are asked for by name. */
export const groupColumnsOnRequest = {
  is_latest: { type: 'boolean' },
  completed_seq: { type: 'integer' },
  metadata: { type: 'json' },
} as const satisfies Columns

/** Everything that can be asked of `files`: its own columns, then the plugin's. `present` are the names
 *  that the table has. */
export const fileColumns = (
  plugin: Columns, present: ReadonlySet<string>, { beginning }: Pick<Dialect, 'beginning'> = { beginning: null },
): readonly QueryColumn[] => [
  ...columnsOf(groupColumns, { plugin: false, shown: true }),
  ...columnsOf(plugin, { plugin: true, shown: true })
    .map((one) => ({ ...one, missing: !present.has(one.name), beginning: plugin[one.name]?.index === true ? beginning : null })),
  ...columnsOf(groupColumnsOnRequest, { plugin: false, shown: false }),
]

export const columnsOf = (
  columns: Columns, { plugin, shown }: Pick<QueryColumn, 'plugin' | 'shown'>,
): QueryColumn[] =>
  Object.entries(columns).map(([name, { type }]) => ({ name, type, plugin, shown, missing: false, beginning: null }))

/** The columns that were asked for, each once; without a wish those that are shown. An unknown one is a
 *  Fault. */
export const chosenColumns = (
  columns: readonly QueryColumn[], wanted: readonly string[] | undefined,
): readonly QueryColumn[] =>
  wanted === undefined || wanted.length === 0
    ? columns.filter((one) => one.shown && !one.missing)
    : [...new Set(wanted)].map((name) => columnNamed(columns, name, 'column'))

/** The column of this name. `as` is what the user meant it to be: `column`, `column to order by`. */
export const columnNamed = (columns: readonly QueryColumn[], name: string, as: string): QueryColumn => {
  const column = columns.find((one) => one.name === name)
  if (column === undefined) throw unknownName(name, as, columns.map((one) => one.name))
  return present(column)
}

/** A column of the plugin that the database lacks can't be asked. */
export const present = (column: QueryColumn): QueryColumn => {
  if (!column.missing) return column
  throw new Fault(`column ${column.name} of the plugin is not in the database yet`, {
    remedy: 'run "carbonation db init"',
  })
}

/** `there is no column "statrt"; did you mean "start"?`, with all there are as its remedy. */
export const unknownName = (name: string, as: string, known: readonly string[]): Fault => {
  const near = nearest(name, known)
  return new Fault(`there is no ${as} "${name}"${near === null ? '' : `; did you mean "${near}"?`}`, {
    remedy: `there are ${known.join(', ')}`,
  })
}
