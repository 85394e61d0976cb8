import { Fault } from '../../domain/fault.ts'
import { unknownName } from '../../store/query-columns.ts'
import { checkedLimit, type Choice } from '../../store/select-rows.ts'
import { UsageFault, type Args } from '../command.ts'

export const formats = ['table', 'json', 'csv', 'ndjson'] as const
export type Format = (typeof formats)[number]

/** What every query takes. */
export const choiceOptions = {
  '--format <format>': 'table (default), json, csv or ndjson',
  '--columns <a,b>': 'Only these columns, in this order',
  '--order-by <column>': 'Sort by this column; -column: newest or largest first',
  '--limit <n>': 'At most this many rows',
  '--count': 'Only how many there are',
  '--describe': 'List what can be asked for',
} as const

export const formatOf = (args: Args): Format => {
  const name = args.text('format') ?? 'table'
  const format = formats.find((one) => one === name)
  if (format === undefined) throw asUsage(unknownName(name, 'format', formats))
  return format
}

/** Columns, order and limit; what is not said is what the plugin wants. */
export const choiceOf = (args: Args, defaults: Choice): Choice => ({
  columns: args.text('columns')?.split(',').map((name) => name.trim()).filter(Boolean) ?? defaults.columns,
  orderBy: args.text('order-by') ?? defaults.orderBy,
  limit: limitOf(args) ?? defaults.limit,
})

const limitOf = (args: Args): number | undefined => {
  const text = args.text('limit')
  if (text === undefined) return undefined
  if (!/^\d+$/.test(text)) throw new UsageFault(`--limit must be a whole number such as 100, was "${text}"`)
  return usage(() => checkedLimit(Number(text)))
}

/** What a question is refused for is wrong usage. */
export const usage = <T>(work: () => T): T => {
  try {
    return work()
  } catch (error) {
    throw error instanceof Fault ? asUsage(error) : error
  }
}

const asUsage = (fault: Fault): UsageFault =>
  new UsageFault(fault.message, fault.remedy === undefined ? {} : { remedy: fault.remedy })
