import { describeFilters, type FilterDescription } from '../../store/describe-filters.ts'
import { filterKeys, type Filter } from '../../store/filters.ts'
import { unknownName, type QueryColumn } from '../../store/query-columns.ts'
import { UsageFault, type Args } from '../command.ts'
import { usage } from './choice.ts'

/** Shorter names for some filters of every ledger. */
const shortNames: Readonly<Record<string, string>> = {
  type: 'file_type', 'created-after': 'created_at_after', 'created-before': 'created_at_before',
  daterange: '_daterange', age: '_age',
}

/** The filters that `--help` lists without a config. */
export const groupOptions = {
  '--watch-name <name…>': 'Only this watch; % stands for any characters',
  '--type <type…>': 'Only this file type',
  '--group-key <key…>': 'Only this group',
  '--complete': 'Only complete groups',
  '--no-complete': 'Only incomplete groups',
  '--created-after <time>': 'First seen then or after (ISO 8601, UTC)',
  '--created-before <time>': 'First seen then or before',
} as const

/** The option that stands for a filter; null where an option of the command itself has that name. */
export const optionOf = (filterKey: string, own: ReadonlySet<string>): string | null => {
  const short = Object.entries(shortNames).find(([, key]) => key === filterKey)?.[0]
  const option = short ?? filterKey.replaceAll('_', '-').replace(/^-+/, '')
  return short === undefined && (own.has(option) || option in shortNames) ? null : option
}

/** A line of help for every filter of the plugin's columns. */
export const pluginOptions = (
  columns: readonly QueryColumn[], own: ReadonlySet<string>,
): Record<string, string> =>
  Object.fromEntries(describeFilters(columns).filter((one) => one.plugin).flatMap((one) => {
    const option = optionOf(one.filter_key, own)
    return option === null ? [] : [[spelled(option, one), one.description]]
  }))

/** `--category <text>`, `--[no-]cloudy`. */
const spelled = (option: string, { type }: FilterDescription): string =>
  type === 'boolean' ? `--[no-]${option}` : `--${option} <${type.split(' ')[0]}${type.endsWith('list') ? '…' : ''}>`

/** The filters among the arguments. `listed` are the names of those that the command lists itself, `own`
 *  all its options. */
export const filtersOf = (
  args: Args,
  columns: readonly QueryColumn[],
  { listed, own }: { listed: readonly string[]; own: ReadonlySet<string> },
): Filter[] => {
  const given = new Map<string, readonly (string | true)[]>()
  for (const name of listed.filter(args.flag)) {
    given.set(name, args.list(name).length > 0 ? args.list(name) : [true])
  }
  for (const [typed, values] of args.others) {
    const name = typed.replaceAll('_', '-')
    given.set(name, [...(given.get(name) ?? []), ...values])
  }
  const filters = [...given].map(([name, values]) => filterOf(name, values, columns, own))
  for (const [index, { key, as }] of filters.entries()) {
    const other = filters.slice(0, index).find((one) => one.key === key)
    if (other !== undefined) throw new UsageFault(`${other.as} and ${as} exclude each other`)
  }
  return filters
}

const filterOf = (
  name: string, values: readonly (string | true)[], columns: readonly QueryColumn[], own: ReadonlySet<string>,
): Filter => {
  const as = `--${name}`
  const key = keyOf(name, columns, own)
  const isRange = /_(min|max|after|before)$|^_/.test(key) && !columns.some((one) => one.name === key)
  if (isRange && values.length > 1) throw new UsageFault(`${as} may be given once`)
  if (isFlag(key, columns)) {
    return { key, as, value: booleanOf(as, values, name.startsWith('no-') && !isKey(plain(name), columns)) }
  }
  if (values.includes(true)) throw new UsageFault(`${as} needs a value`)
  return { key, as, value: isRange ? values[0] : values }
}

const plain = (name: string): string => name.replaceAll('-', '_')

const isKey = (key: string, columns: readonly QueryColumn[]): boolean => filterKeys(columns).includes(key)

const isFlag = (key: string, columns: readonly QueryColumn[]): boolean =>
  columns.some((one) => one.name === key && one.type === 'boolean')

const keyOf = (name: string, columns: readonly QueryColumn[], own: ReadonlySet<string>): string => {
  const key = shortNames[name] ?? plain(name)
  if (isKey(key, columns)) return key
  const positive = key.replace(/^no_/, '')
  if (isFlag(positive, columns)) return positive
  return usage(() => {
    const known = new Set([...filterKeys(columns).flatMap((one) => optionOf(one, own) ?? []), ...own])
    throw unknownName(`--${name}`, 'option', [...known].map((one) => `--${one}`))
  })
}

/** `--cloudy`, `--no-cloudy`, `--cloudy=false`. */
const booleanOf = (as: string, values: readonly (string | true)[], isNegative: boolean): boolean => {
  const [value = true, ...others] = values
  if (others.length > 0) throw new UsageFault(`${as} may be given once`)
  if (value !== true && (isNegative || !['true', 'false'].includes(value))) {
    throw new UsageFault(`${as} takes no value`)
  }
  return isNegative ? false : value !== 'false'
}
