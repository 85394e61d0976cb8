import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command, Io } from '../../../src/cli/command.ts'
import { parseArgv } from '../../../src/cli/parse-argv.ts'
import type { Columns } from '../../../src/plugin/contract.ts'
import { aLedger } from '../../store/a-ledger.ts'
import type { Sql } from '../../../src/world.ts'

const configText = `
[database]
drivername = "sqlite"
name = "carbonation.db"

[plugins]
directory = "plugins"

[[watch]]
name = "radar"
path = "in"
rules = "all"
archive = "main"

[[archive]]
name = "main"
base_path = "archive"
destination = "{watch_name}"
`

/** A project on disk with a filled database. */
export type Project = {
  readonly directory: string
  /** Runs one command as the program would; what it printed and its exit code, or what it threw. */
  run(...argv: readonly string[]): Promise<{ code: number; out: string; err: string }>
  remove(): Promise<void>
}

export const aProject = async (
  { columns, plugin, fill, commands }: {
    columns: Columns; plugin?: string; fill: (sql: Sql) => Promise<void>; commands: readonly Command[]
  },
): Promise<Project> => {
  const directory = await mkdtemp(join(tmpdir(), 'carbonation-query-'))
  await mkdir(join(directory, 'plugins'))
  await writeFile(join(directory, 'config.toml'), configText)
  await writeFile(join(directory, 'plugins/model.ts'), plugin ?? `export const columns = ${JSON.stringify(columns)}\n`)
  const sql = await aLedger(columns, join(directory, 'carbonation.db'))
  await fill(sql)
  await sql.close()
  return {
    directory,
    run: (...argv) => run(commands, argv, directory),
    remove: () => rm(directory, { recursive: true }),
  }
}

const run = async (commands: readonly Command[], argv: readonly string[], cwd: string) => {
  const asked = parseArgv(argv, commands)
  if (asked.is !== 'run') throw new Error(`${argv.join(' ')} is not run but ${asked.is}`)
  let [out, err] = ['', '']
  const io: Io = {
    out: (text) => void (out += text), err: (text) => void (err += text), isTerminal: false, cwd, env: {},
    configPath: asked.configPath, version: 'test', signal: new AbortController().signal, actor: 'test',
  }
  const code = await asked.command.run(asked.args, io)
  return { code, out, err }
}
