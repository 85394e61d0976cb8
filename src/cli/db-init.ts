import { command, exit } from './command.ts'

/** Makes the database, and adds the plugin's columns that it lacks. */
export const dbInit = command({
  usage: 'db init',
  summary: 'Make the database, or add the columns that the plugin has and it lacks',
  async run(_, io) {
    const { clock, ledgerName, openConfig, openProjectPlugins, openSql } = await import('../compose.ts')
    const { migrate } = await import('../store/migrations.ts')
    const { addPluginColumns } = await import('../store/plugin-columns.ts')
    const config = await openConfig(io)
    const plugins = await openProjectPlugins(config, io)
    const sql = openSql(config, { create: true })
    try {
      const applied = await migrate(sql, clock.now())
      const added = await addPluginColumns(sql, plugins.describe().columns, plugins.describe().queryDefaults)
      io.out(`Database ${applied > 0 ? 'initialized' : 'is up to date'}: ${ledgerName(config)}\n`)
      for (const name of added) io.out(`  added column ${name}\n`)
      return exit.ok
    } finally {
      plugins.close()
      await sql.close()
    }
  },
})
