// `node test/servers/start.mjs bun test/python/make.ts`: makes the dumps in test/python/made/ anew.
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { administrator, running } from '../servers/servers.ts'
import { installPackage, makeProject, type Engine } from './package.ts'

const python = await installPackage()
if (typeof python === 'string') throw new Error(python)

const run = (...command: string[]): string => {
  const { stdout, stderr, success } = Bun.spawnSync(command)
  if (!success) throw new Error(stderr.toString())
  return stdout.toString()
}

const dump = (engine: Engine, root: string, database: string): string => {
  if (engine === 'sqlite') {
    return run('python3', '-c', 'import sqlite3, sys\nfor line in sqlite3.connect(sys.argv[1]).iterdump(): print(line)', join(root, 'carbonation.db'))
  }
  const { socket = '', port = 0, username = '' } = running(engine) ?? {}
  return engine === 'postgresql'
    ? run('pg_dump', '--inserts', '--no-owner', '-h', socket, '-p', String(port), '-U', username, database)
      .replace(/^(--.*|\\.*|SET .*|SELECT pg_catalog\.set_config.*|)\n/gm, '')
    : run('mariadb-dump', '--compact', '--skip-extended-insert', '--no-tablespaces', '-S', socket, '-u', username, database)
      .replace(/^(\/\*.*|)\n/gm, '')
}

for (const engine of ['sqlite', 'postgresql', 'mariadb'] as const) {
  const root = mkdtempSync(join(realpathSync(tmpdir()), 'carbonation-python-'))
  const server = engine === 'sqlite' ? null : running(engine)
  if (engine !== 'sqlite' && server === null) continue
  const name = 'made_by_python'
  const admin = engine === 'sqlite' ? null : administrator(engine)
  if (admin !== null) {
    await admin.unsafe(`create database ${name}${engine === 'mariadb' ? ' character set latin1' : ''}`)
    if (engine === 'mariadb') await admin.unsafe("set global sql_mode = 'ANSI_QUOTES,STRICT_TRANS_TABLES'")
  }
  const driver = engine === 'postgresql' ? 'postgresql+psycopg2' : 'mysql+pymysql'
  const config = server === null ? 'drivername = "sqlite"\nname = "carbonation.db"'
    : `drivername = "${driver}"\nname = "${name}"\nhost = "127.0.0.1"\nport = ${server.port}\nusername = "${server.username}"`
  await makeProject(python, engine, root, config)
  const directory = join(import.meta.dir, 'made')
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, `${engine}.sql`), dump(engine, root, name).replaceAll(root, '/PROJECT'))
  console.log(engine, readFileSync(join(directory, `${engine}.sql`), 'utf8').length)
  await admin?.unsafe(`drop database ${name}`)
  await admin?.close()
  rmSync(root, { recursive: true })
}
python.remove()
