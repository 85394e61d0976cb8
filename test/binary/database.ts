import { Database } from 'bun:sqlite'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Path } from '../../src/domain/path.ts'
import { running, serverNames, type ServerName } from '../servers/servers.ts'

export type Row = Record<string, string | number | null>

/** Where a project keeps its ledger: SQLite in its directory, or a database on the server that
 *  `CARBONATION_TEST_LEDGER` names. */
export type ProjectDatabase = {
  /** The table [database] of config.toml. */
  readonly config: string
  /** There are no rows before the program has made its tables. */
  rows(sql: string): readonly Row[]
  drop(): void
}

/** The server that the projects of this run keep their ledgers on; null for SQLite. */
export const testServer: ServerName | null = serverNames.find((one) => one === process.env['CARBONATION_TEST_LEDGER']) ?? null

export const aDatabase = (root: Path): ProjectDatabase => (testServer === null ? aFile(root) : onServer(testServer))

/** A file of the project. */
export const aFile = (root: Path): ProjectDatabase => ({
  config: 'drivername = "sqlite"\nname = "carbonation.db"',
  rows: (sql) => {
    if (!existsSync(join(root, 'carbonation.db'))) return []
    const database = new Database(join(root, 'carbonation.db'), { readonly: true })
    try {
      database.run('pragma busy_timeout = 5000')
      const isMade = database.query("select 1 from sqlite_master where name = 'ledger'").get() !== null
      return isMade ? database.query<Row, []>(sql).all() : []
    } finally {
      database.close()
    }
  },
  drop: () => undefined,
})

/** A fresh database on a running server. */
export const onServer = (name: ServerName): ProjectDatabase => {
  const database = `t_${crypto.randomUUID().replaceAll('-', '')}`
  const { socket, port, username } = running(name) ?? { socket: '', port: 0, username: '' }
  const ask = (sql: string): string => {
    const { stdout, stderr, success } = Bun.spawnSync([process.execPath, join(import.meta.dir, '../servers/ask.ts'), name, database, sql])
    if (!success) throw new Error(stderr.toString())
    return stdout.toString()
  }
  ask(`create database ${database}`)
  return {
    config: `drivername = "${name}"\nname = "${database}"\nsocket = "${socket}"\nport = ${port}\nusername = "${username}"`,
    rows: (sql) => JSON.parse(ask(sql)) as Row[],
    drop: () => void ask(`drop database ${database}${name === 'postgresql' ? ' with (force)' : ''}`),
  }
}
