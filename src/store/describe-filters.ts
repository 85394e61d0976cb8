import type { ColumnType } from '../plugin/contract.ts'
import { hasStartStop, suffixesOf, type Suffix } from './filters.ts'
import type { QueryColumn } from './query-columns.ts'

/** One filter that may be used. */
export type FilterDescription = {
  readonly filter_key: string
  /** What it takes. */
  readonly type: string
  readonly description: string
  readonly column: string
  /** Whether the plugin gives its column. */
  readonly plugin: boolean
}

/** Every filter of these columns, in their order. */
export const describeFilters = (columns: readonly QueryColumn[]): readonly FilterDescription[] => [
  ...columns.filter((one) => !one.missing).flatMap(ofColumn),
  ...(hasStartStop(columns) ? startStop : []),
]

const ofColumn = ({ name, type, plugin }: QueryColumn): FilterDescription[] =>
  suffixesOf[type].map((suffix) => ({
    filter_key: name + suffix, type: typeOf(type, suffix), description: sentence(name, type, suffix),
    column: name, plugin,
  }))

const startStop: readonly FilterDescription[] = [
  {
    filter_key: '_daterange', type: 'text or [datetime | null, datetime | null]',
    description: 'start to stop meets START/END, START/, /END or a TIME', column: 'start/stop', plugin: true,
  },
  {
    filter_key: '_age', type: 'duration or datetime',
    description: 'stop is at most as old as a duration such as 7d', column: 'stop', plugin: true,
  },
]

const words: Readonly<Record<ColumnType, string>> = {
  string: 'text', text: 'text', integer: 'integer', bigint: 'integer', float: 'number', boolean: 'boolean',
  datetime: 'datetime', json: 'json',
}

const typeOf = (type: ColumnType, suffix: Suffix): string =>
  suffix === '' && type !== 'boolean' ? `${words[type]} or list` : words[type]

const sentence = (name: string, type: ColumnType, suffix: Suffix): string => {
  if (suffix === '_min' || suffix === '_max') return `${name} is at ${suffix === '_min' ? 'least' : 'most'} this`
  if (suffix !== '') return `${name} is then or ${suffix.slice(1)} (ISO 8601, UTC)`
  if (type === 'boolean') return `${name} is true or false`
  const text = type === 'string' || type === 'text' ? '; % stands for any characters' : ''
  return `${name} is exactly this, or one of the list${text}`
}
