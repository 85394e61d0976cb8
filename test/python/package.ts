import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Path } from '../../src/domain/path.ts'
import { deliver, deliveries, writeProject } from './project.ts'

export type Engine = 'sqlite' | 'postgresql' | 'mariadb'

/** The Python package 0.0.1 in a virtual environment of its own. */
export type PythonPackage = {
  /** Runs it in a project; throws what it said where it fails. */
  carbonation(root: Path, ...args: string[]): Promise<void>
  /** Runs one statement in the project's database, by the package's own connection. */
  sql(root: Path, text: string): Promise<void>
  remove(): void
}

/** Installed from PyPI; or why it can't be had here. */
export const installPackage = async (): Promise<PythonPackage | string> => {
  if (Bun.which('python3') === null) return 'there is no python3'
  const venv = mkdtempSync(join(realpathSync(tmpdir()), 'carbonation-venv-'))
  const remove = () => rmSync(venv, { recursive: true, force: true })
  const made = await ran(venv, ['python3', '-m', 'venv', venv])
  const answer = made ?? await ran(venv, [
    join(venv, 'bin/pip'), 'install', '--quiet', '--disable-pip-version-check', '--retries=1', '--timeout=10',
    'carbonation==0.0.1', 'psycopg2-binary', 'pymysql',
  ])
  if (answer !== null) {
    remove()
    return `the Python package cannot be installed: ${answer.slice(-300)}`
  }
  const orThrow = async (root: Path, command: readonly string[]) => {
    const said = await ran(root, command)
    if (said !== null) throw new Error(`${command.slice(1).join(' ')}: ${said}`)
  }
  return {
    remove,
    carbonation: (root, ...args) => orThrow(root, [join(venv, 'bin/carbonation'), ...args]),
    sql: (root, text) => orThrow(root, [join(venv, 'bin/python'), '-c', statement, text]),
  }
}

/** Null, or what it said. */
const ran = async (cwd: Path, command: readonly string[]): Promise<string | null> => {
  const child = Bun.spawn([...command], {
    cwd, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe', env: { PATH: process.env['PATH'] ?? '', HOME: cwd, PIP_NO_INPUT: '1', ...proxies() },
  })
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited])
  return code === 0 ? null : `${out}${err}`
}

/** How this machine gets to PyPI. */
const proxies = (): Record<string, string> => Object.fromEntries(Object.entries(process.env)
  .flatMap(([name, value]) => (/^(pip_|https?_proxy$|no_proxy$|ssl_cert|requests_ca)/i.test(name) && value !== undefined ? [[name, value]] : [])))

const statement = `
import sys
from pathlib import Path
from sqlalchemy import text
from carbonation.config import load_app_config
from carbonation.db.engine import create_engine_from_config
with create_engine_from_config(load_app_config(Path("config.toml")).database).begin() as connection:
    connection.execute(text(sys.argv[1].replace(":", "\\\\:")))
`

const statuses = ['detected', 'integrity_failed', 'waiting', 'timed_out', 'not_selected', 'archived', 'retry_pending', 'failed', 'cleared']

/** What has to be altered in the tables that it makes before it can write a status: its model writes the names of the
 *  statuses in capitals, its migration allows them in small letters alone. */
const mended: Record<Engine, readonly string[]> = {
  sqlite: [],
  postgresql: statuses.map((one) => `alter type filestatus add value '${one.toUpperCase()}'`),
  mariadb: [`alter table file_components modify status enum(${statuses.map((one) => `'${one.toUpperCase()}'`).join(', ')})`],
}

/** A project of the Python package with a database that it made and filled: every status, its own columns, groups over
 *  directories, files delivered again, and what its \`reconcile archive\` registers. */
export const makeProject = async (python: PythonPackage, engine: Engine, root: Path, database: string): Promise<void> => {
  writeProject(root, database)
  await python.carbonation(root, 'db', 'init')
  for (const text of mended[engine]) await python.sql(root, text)
  const [first = {}, second = {}] = deliveries
  deliver(root, first)
  await python.carbonation(root, 'run', '--once')
  deliver(root, second)
  await python.sql(root, "update files set created_at = '2026-01-01 00:00:00' where group_key = 'late'")
  await python.carbonation(root, 'run', '--once')
  await python.carbonation(root, 'reconcile', 'archive')
  writeFileSync(join(root, 'made'), 'by the Python package 0.0.1\n')
}
