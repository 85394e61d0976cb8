import { Fault } from '../../domain/fault.ts'
import type { Column, Columns, ColumnType } from '../../plugin/contract.ts'
import { reservedColumns } from '../../plugin/columns.ts'
import { checkMetadata } from '../../plugin/metadata.ts'
import { columnValue } from '../../store/plugin-columns.ts'
import { columnTime, type PythonColumn, type PythonType } from '../../store/python/read.ts'
import type { SqlValue } from '../../world.ts'

/** Where a column of the Python package's plugin goes. */
export type MovedColumn = { readonly from: PythonColumn; readonly to: string; readonly column: Column }

const usual: Readonly<Record<PythonType, ColumnType>> = {
  integer: 'bigint', float: 'float', boolean: 'boolean', datetime: 'datetime', json: 'json', text: 'text',
}

/** Each keeps its name, and has the type that our plugin gives it, else the one that it had. */
export const moveColumns = (old: readonly PythonColumn[], columns: Columns): readonly MovedColumn[] =>
  old.map((from) => ({
    // MariaDB keeps JSON as text.
    from: from.type === 'text' && columns[from.name]?.type === 'json' ? { ...from, type: 'json' } : from,
    to: reservedColumns.has(from.name) ? `python_${from.name}` : from.name, column: columns[from.name] ?? { type: usual[from.type] },
  }))

/** The value as its new column keeps it; a Fault where it is none of that type. */
export const moveValue = ({ from, to, column }: MovedColumn, value: unknown): SqlValue | Fault => {
  try {
    const read = readers[from.type](value)
    if (read === null) return null
    return columnValue(column.type, isText(column.type) && isText(from.type) ? read : checkMetadata({ [to]: column }, { [to]: read })[to])
  } catch (error) {
    if (error instanceof Fault) return error
    return new Fault(`${from.name} (${from.type}) holds ${JSON.stringify(String(value).slice(0, 100))}`)
  }
}

const isText = (type: ColumnType | PythonType): boolean => type === 'string' || type === 'text'

/** What a row of the Python package holds, as a plugin would give it. What is none of the declared type is thrown. */
const readers: Readonly<Record<PythonType, (value: unknown) => unknown>> = {
  integer: (value) => (value === null ? null : wholeNumber(BigInt(String(value)))),
  float: (value) => (value === null ? null : Number(value)),
  boolean: (value) => (value === null ? null : value === true || Number(value) === 1),
  datetime: (value) => {
    if (value === null) return null
    const text = columnTime(value)
    if (text === null) throw new Error('no time')
    return `${text.replace(' ', 'T')}Z`
  },
  json: (value) => (value === null ? null : JSON.parse(String(value))),
  text: (value) => (value === null ? null : String(value)),
}

const wholeNumber = (value: bigint): number | bigint => (Number.isSafeInteger(Number(value)) ? Number(value) : value)
