import { Fault } from '../domain/fault.ts'
import { describeFilters } from '../store/describe-filters.ts'
import { countFiles, planFiles, planFilesCount } from '../store/query-files.ts'
import { fileColumns, type QueryColumn } from '../store/query-columns.ts'
import { rowPages } from '../store/select-rows.ts'
import { commandHelp } from './command-help.ts'
import { command, exit, type Args, type Command, type Io } from './command.ts'
import { choiceOf, choiceOptions, formatOf, usage } from './query/choice.ts'
import { filtersOf, groupOptions, optionOf, pluginOptions } from './query/file-options.ts'
import { showRows } from './query/show-rows.ts'

const options = {
  ...groupOptions,
  '--all-generations': 'Also what a later generation replaced',
  ...choiceOptions,
} as const

/** Groups, by what is known of them. Filters of the plugin's columns are options of the same names. */
export const queryFiles: Command = command({
  usage: 'query files',
  summary: 'Find groups of files by what is known of them',
  options,
  dynamicOptions: true,
  async run(args, io) {
    if (args.others.has('help') || args.others.has('h')) return help(io)
    if (args.flag('describe')) return describe(args, io)
    const format = formatOf(args)
    const { openConfig } = await import('../compose.ts')
    const { openAsking } = await import('../compose/asking.ts')
    const { sql, columns, defaults, now, close } = await openAsking(await openConfig(io), io.err)
    try {
      const question = {
        ...choiceOf(args, defaults),
        filters: filtersOf(args, columns, { listed: namesOf(groupOptions), own: ownNames }),
        allGenerations: args.flag('all-generations'),
      }
      if (args.flag('count')) {
        const plan = usage(() => planFilesCount(columns, question, now()))
        io.out(`${await countFiles(sql, plan)}\n`)
        return exit.ok
      }
      const plan = usage(() => planFiles(columns, question, now()))
      tellMissing(columns, io)
      await showRows({ columns: plan.columns, pages: rowPages(sql, plan) }, format, io)
      return exit.ok
    } finally {
      await close()
    }
  },
})

/** The bare names of listed options. */
const namesOf = (listed: Readonly<Record<string, string>>): readonly string[] =>
  Object.keys(listed).map((spec) => /^--([\w-]+)/.exec(spec)?.[1] ?? spec)

const ownNames: ReadonlySet<string> = new Set([...namesOf(options), 'config', 'help'])

const tellMissing = (columns: readonly QueryColumn[], { err }: Io): void => {
  const names = columns.filter((one) => one.missing).map((one) => one.name)
  if (names.length > 0) err(`not in the database yet: ${names.join(', ')}; run "carbonation db init"\n`)
}

/** All columns that the project could be asked for, without a look at its database. */
const projectColumns = async (io: Io): Promise<readonly QueryColumn[]> => {
  const { openConfig } = await import('../compose.ts')
  const { pluginColumns } = await import('../compose/asking.ts')
  const { columns } = await pluginColumns(await openConfig(io), io.err)
  return fileColumns(columns, new Set(Object.keys(columns)))
}

const describe = async (args: Args, io: Io): Promise<number> => {
  const format = formatOf(args)
  const rows = describeFilters(await projectColumns(io)).map((one) => {
    const option = optionOf(one.filter_key, ownNames)
    return { option: option === null ? null : `--${option}`, ...one }
  })
  const names = format === 'table'
    ? ['option', 'type', 'description'] : ['option', 'filter_key', 'type', 'description', 'column', 'plugin']
  await showRows({ columns: names.map((name) => ({ name, type: 'string' })), pages: [rows] }, format, io)
  return exit.ok
}

/** With the filters of the plugin where there is a project. */
const help = async (io: Io): Promise<number> => {
  try {
    const more = pluginOptions(await projectColumns(io), ownNames)
    io.out(`${commandHelp({ ...queryFiles, options: { ...groupOptions, ...more, ...options } })}\n`)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    io.out(`${commandHelp(queryFiles)}\n\n`)
    io.out('In a project whose config is right, the filters of its plugin are listed too.\n')
  }
  return exit.ok
}
