import { Database } from 'bun:sqlite'
import { join } from 'node:path'
import { aFile, onServer } from '../binary/database.ts'
import { aProject, type Project } from '../binary/project.ts'
import { administrator, running } from '../servers/servers.ts'
import type { Engine } from './package.ts'
import { restoreProject } from './restore.ts'

export const engines: readonly Engine[] = ['sqlite', 'postgresql', 'mariadb']

/** Whether this engine can be had in this run; says so where it can't. */
export const canHave = (engine: Engine, about: string): boolean => {
  const isThere = engine === 'sqlite' || running(engine) !== null
  if (!isThere) console.error(`SKIPPED: ${about}, on ${engine}: no server`)
  return isThere
}

export type PythonProject = Project & {
  /** The table [database] of its config, and the name of its database. */
  readonly database: { readonly config: string; readonly name: string }
  /** Alters its database behind the back of both programs. */
  alter(sql: string): Promise<void>
}

/** An empty project with an empty database. */
export const anEmptyProject = (engine: Engine): PythonProject => {
  const project = aProject({ database: (root) => (engine === 'sqlite' ? aFile(root) : onServer(engine)) })
  const config = /\[database\]\n([^[]*)/.exec(project.read('config.toml') ?? '')?.[1] ?? ''
  const database = { config, name: /^name = "(.*)"$/m.exec(config)?.[1] ?? '' }
  return {
    ...project, database,
    alter: async (sql) => {
      if (engine === 'sqlite') {
        const file = new Database(join(project.root, 'carbonation.db'))
        file.run(sql)
        return file.close()
      }
      const admin = administrator(engine, database.name)
      await admin.unsafe(sql)
      await admin.close()
    },
  }
}

/** A project as the Python package left it. */
export const aPythonProject = async (engine: Engine): Promise<PythonProject> => {
  const project = anEmptyProject(engine)
  await restoreProject(engine, project.root, project.database)
  return project
}
