import { showJson, showText } from '../domain/show.ts'
import { statuses } from '../domain/status.ts'
import type { DatabaseStatus } from '../service/database-status.ts'
import { align } from './align.ts'
import { command, exit, type Io } from './command.ts'

/** What the database holds, and whether its tables fit. */
export const dbStatus = command({
  usage: 'db status',
  summary: 'Show what the database holds, and whether its columns fit the plugin',
  options: { '--json': 'As JSON' },
  async run(args, io) {
    const { clock, openConfig, openDatabase, openProjectPlugins } = await import('../compose.ts')
    const { databaseStatus } = await import('../service/database-status.ts')
    const config = await openConfig(io)
    const sql = await openDatabase(config, { readonly: true })
    try {
      const plugins = await openProjectPlugins(config, io)
      const found = await databaseStatus(sql, plugins.describe().columns, clock.now()).finally(() => plugins.close())
      if (args.flag('json')) io.out(`${showJson(JSON.stringify(found, null, 2))}\n`)
      else show(found, io)
      return exit.ok
    } finally {
      await sql.close()
    }
  },
})

/** Warnings go to stderr. */
const show = (found: DatabaseStatus, io: Io): void => {
  const counts = statuses.filter((one) => found.components[one] > 0).map((one) => [one, String(found.components[one])])
  const lines = [
    'Component status:', ...(counts.length === 0 ? ['  none'] : align(counts, '  ')), '',
    `In delivery: ${found.in_delivery}`, `In archive:  ${found.in_archive}`, '',
    found.missing_metadata === 0
      ? 'All complete groups have metadata.' : `${found.missing_metadata} complete group(s) have no metadata.`,
    `Schema: ${found.schema}, ${found.drift.length === 0 ? 'in sync with the plugin' : 'not in sync with the plugin'}.`,
  ]
  io.out(`${lines.join('\n')}\n`)
  for (const one of found.drift) io.err(`WARNING: ${showText(one)}\n`)
}
