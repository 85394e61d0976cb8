import { Database } from 'bun:sqlite'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Path } from '../../src/domain/path.ts'
import { administrator } from '../servers/servers.ts'
import type { Engine } from './package.ts'
import { deliver, deliveries, put, writeProject } from './project.ts'

/** The statements of the database that the Python package 0.0.1 made, as if it had made it for a project at \`root\`. */
export const madeByPython = (engine: Engine, root: Path): string =>
  readFileSync(join(import.meta.dir, `made/${engine}.sql`), 'utf8').replaceAll('/PROJECT', root)

/** A project as the Python package left it: its database and every file of its delivery and its archive. On a server the
 *  database is there and empty. */
export const restoreProject = async (engine: Engine, root: Path, database: { readonly config: string; readonly name: string }): Promise<void> => {
  writeProject(root, database.config)
  const [first = {}, second = {}] = deliveries
  deliver(root, first)
  const sql = madeByPython(engine, root)
  for (const [source, archived] of archivedIn(sql)) {
    mkdirSync(dirname(archived), { recursive: true })
    if (source !== archived) copyFileSync(source, archived)
  }
  rmSync(join(root, 'solo/one.dat'))
  deliver(root, second)
  if (engine === 'sqlite') {
    const file = new Database(join(root, 'carbonation.db'), { create: true })
    file.run(sql)
    file.close()
    return
  }
  const admin = administrator(engine, database.name)
  await admin.unsafe(engine === 'mariadb' ? `set foreign_key_checks = 0;\n${sql}` : sql)
  await admin.close()
}

const archivedIn = (sql: string): [string, string][] =>
  [...sql.matchAll(/INTO [^\n]*file_components\W+ ?VALUES ?\(\d+, ?'[^']*', ?'[^']*', ?'([^']*)', ?'([^']*)'/g)].map(([, source = '', archived = '']) => [source, archived])

/** For a look by hand: \`bun test/python/restore.ts DIRECTORY\` restores the one for SQLite. */
if (import.meta.main) {
  const root = process.argv[2] ?? ''
  if (existsSync(root)) throw new Error(`${root} is there`)
  put(root, 'made', '')
  writeFileSync(join(root, 'made'), 'by the Python package 0.0.1\n')
  await restoreProject('sqlite', root, { config: 'drivername = "sqlite"\nname = "carbonation.db"', name: '' })
}
