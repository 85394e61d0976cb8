import { Fault } from '../domain/fault.ts'
import { command, exit } from './command.ts'

/** Applies the migrations that the database lacks. */
export const dbUpgrade = command({
  usage: 'db upgrade',
  summary: 'Bring the tables of the database to what this version needs',
  async run(_, io) {
    const { clock, openConfig, openSql } = await import('../compose.ts')
    const { migrate, schemaVersion } = await import('../store/migrations.ts')
    const sql = openSql(await openConfig(io), { create: false })
    try {
      const before = await schemaVersion(sql)
      if (before === 0) throw new Fault('the database has no tables yet', { remedy: 'run "carbonation db init" first' })
      const applied = await migrate(sql, clock.now())
      io.out(applied === 0
        ? `Database is up to date: schema ${before}.\n`
        : `Database migrations applied: schema ${before} is now ${before + applied}.\n`)
      return exit.ok
    } finally {
      await sql.close()
    }
  },
})
