import { showText } from '../domain/show.ts'
import { statuses } from '../domain/status.ts'
import type { Adoption } from '../service/python/adopt-python.ts'
import type { Counted } from '../service/python/tally.ts'
import { command, exit, type Io } from './command.ts'

/** Applies the migrations that the database lacks, or adopts one of the Python package. */
export const dbUpgrade = command({
  usage: 'db upgrade',
  summary: 'Bring the database to what this version needs, or adopt one of the Python package',
  options: { '--force': 'Adopt though archived files are missing or cannot be read, or something else is connected' },
  async run(args, io) {
    const { clock, openConfig, openSql } = await import('../compose.ts')
    const { isPython } = await import('../compose/adoption.ts')
    const { migrate, requireCurrentSchema, schemaVersion } = await import('../store/migrations.ts')
    const config = await openConfig(io)
    if (await isPython(config)) await adopt(args.flag('force'), io)
    const sql = openSql(config, { create: false })
    try {
      const before = await schemaVersion(sql)
      if (before === 0) await requireCurrentSchema(sql)
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

const adopt = async (force: boolean, io: Io): Promise<void> => {
  const { clock } = await import('../compose.ts')
  const { adoptProject } = await import('../compose/adoption.ts')
  const { openProgress } = await import('../edges/progress.ts')
  const progress = await openProgress('adopting', clock, io.isTerminal)
  try {
    const adoption = await adoptProject({ ...io, force, onProgress: progress.update })
    progress.stop()
    io.out(adoptionText(adoption))
  } finally {
    progress.stop()
  }
}

/** What was done with each row, and how it is undone. */
export const adoptionText = (one: Adoption & { readonly backup: string | null }): string => {
  const counts = statuses.flatMap((status) => (one.statuses[status] === undefined ? [] : [`${one.statuses[status]} ${status}`]))
  const lines = [
    'Adopted the database of the Python package 0.0.1.',
    `  ${one.adopted} of ${one.components} components, with their ids: ${counts.join(', ') || 'none'}`,
    `  ${one.groups} groups, with their ids${one.groupsMade > 0 ? `, and ${one.groupsMade} made for components that had none` : ''}`,
    `  columns of the plugin: ${one.columns.map(showText).join(', ') || 'none'}`,
    ...one.changed.flatMap((each) => counted('changed', each)),
    ...one.odd.flatMap((each) => counted('note', each)),
    ...one.kept.flatMap((each) => counted('left in python_file_components', each)),
    'The old tables are kept as python_files, python_file_components, python_service_state and python_alembic_version.',
    ...(one.backup === null ? [] : [`The database as it was: ${showText(one.backup)}`]),
  ]
  return `${lines.join('\n')}\n`
}

const counted = (what: string, { what: why, count, ids }: Counted): readonly string[] =>
  [`  ${what}: ${count}: ${showText(why)} (${count > ids.length ? 'such as ' : ''}id ${ids.join(', ')})`]
