import { Database } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { aPythonProject, canHave, engines, type PythonProject } from '../python/a-python-project.ts'
import type { Engine } from '../python/package.ts'
import { administrator } from '../servers/servers.ts'
import type { Ran } from './project.ts'

const more = 2000

/** Enough rows for an adoption to be killed in the middle of. */
const fill: Record<Engine, string> = {
  sqlite: `with recursive n(n) as (select 1000 union all select n + 1 from n where n < ${1000 + more - 1}) insert into file_components
    (id, watch_name, filename, source_path, size_bytes, status, in_delivery, in_archive, retry_count, detected_at, cleared_at)
    select n, 'solo', n || '.dat', '/nowhere/' || n || '.dat', 1, 'CLEARED', 0, 0, 0, '2026-01-01', '2026-01-02' from n`,
  postgresql: `insert into file_components (id, watch_name, filename, source_path, size_bytes, status, in_delivery, in_archive, retry_count,
    detected_at, cleared_at) select n, 'solo', n || '.dat', '/nowhere/' || n || '.dat', 1, 'CLEARED', false, false, 0, '2026-01-01', '2026-01-02'
    from generate_series(1000, ${1000 + more - 1}) n`,
  mariadb: `insert into file_components (id, watch_name, filename, source_path, size_bytes, status, in_delivery, in_archive, retry_count,
    detected_at, cleared_at) select seq, 'solo', concat(seq, '.dat'), concat('/nowhere/', seq, '.dat'), 1, 'CLEARED', 0, 0, 0, '2026-01-01',
    '2026-01-02' from seq_1000_to_${1000 + more - 1}`,
}

for (const engine of engines) {
  describe.skipIf(!canHave(engine, 'an adoption that is killed'))(`an adoption that is killed, on ${engine},`, () => {
    test('leaves the old database or the new one, whenever that is', async () => {
      const project = await aPythonProject(engine)
      try {
        await project.alter(fill[engine])
        const took = await guessOf(project)
        for (let part = 1; part <= 6; part += 1) {
          const running = project.start('db', 'upgrade')
          await Bun.sleep(took * part / 5)
          await running.stop('SIGKILL')
          expect(await isOldOrNew(project, engine)).toBe(true)
          if ((await tables(project, engine)).has('python_files')) break
        }
        expect(await upgraded(project)).toMatchObject({ code: 0 })
        expect(await project.run('db', 'check')).toMatchObject({ code: 0 })
        expect(project.rows('select count(*) as n from file_components')).toEqual([{ n: 26 + more }])
      } finally {
        await project.close()
      }
    })
  })
}

/** A server may take a moment to notice that the one that was killed is gone. */
const upgraded = async (project: PythonProject): Promise<Ran> => {
  for (const deadline = performance.now() + 60_000; ; await Bun.sleep(100)) {
    const ran = await project.run('db', 'upgrade')
    if (ran.code === 0 || !ran.err.includes('stop the Python package') || performance.now() > deadline) return ran
  }
}

/** About as long as one takes, in milliseconds, on this machine as it is now. */
const guessOf = async (project: PythonProject): Promise<number> => {
  const start = performance.now()
  await project.run('status')
  return (performance.now() - start) * 10
}

const isOldOrNew = async (project: PythonProject, engine: Engine): Promise<boolean> => {
  const found = await tables(project, engine)
  const isNew = found.has('schema_migrations') && found.has('python_files') && !found.has('alembic_version')
  const isOld = found.has('alembic_version') && !found.has('schema_migrations') && !found.has('python_files')
  return isOld !== isNew
}

const tables = async (project: PythonProject, engine: Engine): Promise<ReadonlySet<string>> => {
  if (engine === 'sqlite') {
    if (!existsSync(join(project.root, 'carbonation.db'))) return new Set()
    const file = new Database(join(project.root, 'carbonation.db'), { readwrite: true, create: false })
    const rows = file.query<{ name: string }, []>("select name from sqlite_master where type = 'table'").all()
    file.close()
    return new Set(rows.map((row) => row.name))
  }
  const admin = administrator(engine, project.database.name)
  const own = engine === 'mariadb' ? 'database()' : 'current_schema()'
  const rows = await admin.unsafe(`select table_name as name from information_schema.tables where table_schema = ${own}`) as { name: string }[]
  await admin.close()
  return new Set(rows.map((row) => row.name))
}
