import type { Fault } from '../domain/fault.ts'
import type { Instant } from '../domain/time.ts'
import type { ColumnType } from '../plugin/contract.ts'
import type { SqlValue } from '../world.ts'
import { oneOf, quoted, type Condition } from './conditions.ts'
import { filterValue } from './filter-values.ts'
import { present, unknownName, type QueryColumn } from './query-columns.ts'
import { overlaps, stopsSince } from './start-stop.ts'

/** One wish: the filter's key (`orbit_min`), its value, and how the user wrote it (`--orbit-min`). */
export type Filter = { readonly key: string; readonly value: unknown; readonly as: string }

/** The ways to compare a column, as suffixes of its name. */
const comparisons = {
  '': 'equal', _min: '>=', _max: '<=', _after: '>=', _before: '<=',
} as const
export type Suffix = keyof typeof comparisons

/** Which suffixes a column has by its type: none is exact, a list is any of it. */
export const suffixesOf: Readonly<Record<ColumnType, readonly Suffix[]>> = {
  string: [''],
  text: [''],
  integer: ['', '_min', '_max'],
  bigint: ['', '_min', '_max'],
  float: ['', '_min', '_max'],
  boolean: [''],
  datetime: ['', '_after', '_before'],
  json: [],
}

/** What may be asked about columns that are called start and stop and are times. */
export const startStopKeys = ['_daterange', '_age'] as const

/** Every key that filters these columns. */
export const filterKeys = (columns: readonly QueryColumn[]): readonly string[] => [
  ...columns.flatMap(({ name, type }) => suffixesOf[type].map((suffix) => name + suffix)),
  ...(hasStartStop(columns) ? startStopKeys : []),
]

export const hasStartStop = (columns: readonly QueryColumn[]): boolean =>
  ['start', 'stop'].every((name) => columns.some((one) => one.name === name && one.type === 'datetime'))

/** The filters as SQL, all of which must hold. A filter whose value is undefined is left out; null asks
 *  for rows that have no value. Unknown keys and values that a column can't hold are Faults. */
export const conditionsOf = (
  columns: readonly QueryColumn[], filters: readonly Filter[], now: Instant,
): Condition[] =>
  filters.filter((one) => one.value !== undefined).map((one) => conditionOf(columns, one, now))

const conditionOf = (columns: readonly QueryColumn[], { key, value, as }: Filter, now: Instant): Condition => {
  if (hasStartStop(columns) && (key === '_daterange' || key === '_age')) {
    for (const one of columns) if (one.name === 'start' || one.name === 'stop') present(one)
    return key === '_age' ? stopsSince(value, as, now) : overlaps(value, as)
  }
  const { column, suffix } = targetOf(columns, key)
  present(column)
  const convert = (one: unknown): SqlValue => filterValue(column.type, one, as)
  if (suffix === '') return oneOf(column, value, as, convert)
  return { sql: `${quoted(column.name)} ${comparisons[suffix]} ?`, parameters: [convert(value)] }
}

/** A column that bears the whole key as its name goes before one that has it with a suffix. */
const targetOf = (columns: readonly QueryColumn[], key: string): { column: QueryColumn; suffix: Suffix } => {
  const suffixes = (Object.keys(comparisons) as Suffix[]).filter((suffix) => key.endsWith(suffix))
  for (const suffix of suffixes) {
    const name = key.slice(0, key.length - suffix.length)
    const column = columns.find((one) => one.name === name && suffixesOf[one.type].includes(suffix))
    if (column !== undefined) return { column, suffix }
  }
  throw unknownFilter(columns, key)
}

const unknownFilter = (columns: readonly QueryColumn[], key: string): Fault =>
  unknownName(key, 'filter', filterKeys(columns))
