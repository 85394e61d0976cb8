import { parseDateTime } from '../domain/date-range.ts'
import { isStatus, statuses, type Status } from '../domain/status.ts'
import type { Instant } from '../domain/time.ts'
import { timeAgo } from '../store/filter-values.ts'
import {
  componentColumns, countComponents, planComponents, type ComponentFilters,
} from '../store/query-components.ts'
import { unknownName } from '../store/query-columns.ts'
import { rowPages } from '../store/select-rows.ts'
import { command, exit, UsageFault, type Args, type Io } from './command.ts'
import { choiceOf, choiceOptions, formatOf, usage } from './query/choice.ts'
import { showRows } from './query/show-rows.ts'

/** Components, by what became of them; without filters those that are in trouble. */
export const queryComponents = command({
  usage: 'query components',
  summary: 'List delivered files; without filters those in trouble, and why',
  options: {
    '--status <status…>': 'Only this status, such as failed or integrity_failed',
    '--watch-name <name…>': 'Only this watch; % stands for any characters',
    '--archive <name…>': 'Only what is in this archive',
    '--name <text…>': 'Part of the file name, or of the path with a /; % stands for any characters',
    '--sha256 <hex…>': 'Content with this digest, or one that begins so',
    '--since <time>': 'Detected then or after: ISO 8601, or an age such as 7d',
    '--until <time>': 'Detected then or before',
    '--reason <text…>': 'Part of what is wrong; % stands for any characters',
    ...choiceOptions,
  },
  async run(args, io) {
    const format = formatOf(args)
    if (args.flag('describe')) return describe(args, io)
    const { clock, openConfig, openDatabase } = await import('../compose.ts')
    const filters = filtersOf(args, clock.now())
    const columns = format === 'table' ? tableColumns : undefined
    const plan = usage(() => planComponents(filters, choiceOf(args, { orderBy: '-detected_at', columns })))
    const sql = await openDatabase(await openConfig(io), { readonly: true })
    try {
      if (args.flag('count')) io.out(`${await countComponents(sql, filters)}\n`)
      else await showRows({ columns: plan.columns, pages: rowPages(sql, plan) }, format, io)
      return exit.ok
    } finally {
      await sql.close()
    }
  },
})

/** What tells a person what is wrong; the other forms have every column. */
const tableColumns = ['id', 'watch_name', 'source_path', 'status', 'detected_at', 'next_retry_at', 'error_message']

const filtersOf = (args: Args, now: Instant): ComponentFilters => ({
  statuses: args.list('status').map(statusOf),
  watchNames: args.list('watch-name'),
  archives: args.list('archive'),
  names: args.list('name'),
  sha256: args.list('sha256').map(digestOf),
  since: timeOf('--since', args.text('since'), now),
  until: timeOf('--until', args.text('until'), now),
  reasons: args.list('reason'),
})

const statusOf = (name: string): Status => {
  if (isStatus(name)) return name
  return usage(() => {
    throw unknownName(name, 'status', statuses)
  })
}

const digestOf = (text: string): string => {
  if (/^[0-9a-f]{4,64}$/i.test(text)) return text
  throw new UsageFault(`--sha256 must be a digest of 64 hex digits, or at least the first 4 of them, was "${text}"`)
}

const timeOf = (option: string, text: string | undefined, now: Instant): Instant | null => {
  if (text === undefined) return null
  const at = parseDateTime(text) ?? timeAgo(text, now)
  if (at !== null) return at
  throw new UsageFault(`${option} must be a time such as 2026-11-21T10:00:00Z or an age such as 7d, was "${text}"`)
}

/** The columns, and which of them a table shows. */
const describe = async (args: Args, io: Io): Promise<number> => {
  const columns = (['column', 'type', 'in_table'] as const).map((name) => ({ name, type: 'string' as const }))
  const rows = componentColumns.map(({ name, type }) => ({
    column: name, type, in_table: tableColumns.includes(name),
  }))
  await showRows({ columns, pages: [rows] }, formatOf(args), io)
  return exit.ok
}
