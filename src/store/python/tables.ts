import { Fault } from '../../domain/fault.ts'
import type { Sql } from '../../world.ts'
import { dialects } from '../dialects.ts'

/** The tables that the Python package 0.0.1 makes. */
const pythonTables = ['alembic_version', 'files', 'file_components', 'service_state'] as const
export type PythonTable = (typeof pythonTables)[number]

/** What the tables of the Python package are called once the ledger is ours. They are never changed, and never read. */
export const keptName = (table: PythonTable): string => `python_${table}`

/** What was found out about each row before anything changes. */
export const surveyTable = 'carbonation_survey'

/** Stands in a database for as long as another one is copied into it. */
export const unfinishedCopy = 'carbonation_copy'

/** Whether the Python package made this database. Other programs may use alembic, too. */
export const isPythonDatabase = async (sql: Sql): Promise<boolean> => {
  const found = await tableNames(sql)
  return found.has('alembic_version') && found.has('files') && found.has('file_components') && !found.has('schema_migrations')
}

export const tableNames = async (sql: Sql): Promise<ReadonlySet<string>> =>
  new Set((await sql.all<{ name: string }>(dialects[sql.dialect].tables)).map((one) => one.name))

/** The one revision that was ever released. */
const revision = '001'

/** Refuses what cannot be adopted before anything is done. */
export const requireAdoptable = async (sql: Sql): Promise<void> => {
  const rows = await sql.all<{ version: string }>('select version_num as version from alembic_version')
  const versions = rows.map((row) => row.version)
  if (versions.length !== 1 || versions[0] !== revision) {
    throw new Fault(`this database has the revision ${versions.join(', ') || 'none'} of the Python package, only ${revision} (0.0.1) is known`, {
      remedy: 'nothing was changed; give another name under [database] in config.toml',
    })
  }
  const found = await tableNames(sql)
  const inTheWay = [...firstTables, ...pythonTables.map(keptName)].filter((name) => found.has(name) && !(pythonTables as readonly string[]).includes(name))
  if (inTheWay.length > 0) {
    throw new Fault(`the tables ${inTheWay.join(', ')} stand where the ledger would be made`, {
      remedy: 'nothing was changed; rename or drop them, then try again',
    })
  }
}

/** What migration 1 makes. */
export const firstTables: readonly string[] = [
  'files', 'file_components', 'events', 'passes', 'service_state', 'watch_state', 'archive_state', 'ledger', 'counters',
  'schema_migrations',
]

/** Those of the Python package's tables that are there. */
export const presentPythonTables = async (sql: Sql): Promise<readonly PythonTable[]> => {
  const found = await tableNames(sql)
  return pythonTables.filter((name) => found.has(name))
}
