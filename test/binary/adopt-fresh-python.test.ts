import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { anEmptyProject, canHave, engines } from '../python/a-python-project.ts'
import { installPackage, makeProject, type Engine } from '../python/package.ts'
import { afterwards, deliver } from '../python/project.ts'
import { administrator } from '../servers/servers.ts'

setDefaultTimeout(180_000)

const python = await installPackage()
const isThere = typeof python !== 'string'
if (!isThere) console.error(`SKIPPED: databases that the Python package makes now: ${python}`)
afterAll(() => {
  if (isThere) python.remove()
})

/** As the Python package is told of the project's database: by TCP, and by drivers that it has. */
const pythonConfig = (engine: Engine, config: string): string => engine === 'sqlite' ? config : config
  .replace(/drivername = .*/, `drivername = "${engine === 'postgresql' ? 'postgresql+psycopg2' : 'mysql+pymysql'}"`)
  .replace(/socket = .*/, 'host = "127.0.0.1"')

/** The package quotes names as the standard says, and has indexes that are too long for four bytes a letter. */
const prepared = async (engine: Engine, name: string): Promise<() => Promise<void>> => {
  if (engine !== 'mariadb') return async () => undefined
  const admin = administrator(engine)
  const [before] = await admin.unsafe('select @@global.sql_mode as mode') as { mode: string }[]
  await admin.unsafe(`alter database ${name} character set latin1`)
  await admin.unsafe(`set global sql_mode = '${before?.mode},ANSI_QUOTES'`)
  return async () => {
    await admin.unsafe(`set global sql_mode = '${before?.mode}'`)
    await admin.close()
  }
}

for (const engine of engines) {
  const can = isThere && canHave(engine, 'a database that the Python package makes now')
  describe.skipIf(!can)(`a database that the Python package makes now, on ${engine},`, () => {
    test('is adopted with every row, and goes on', async () => {
      if (typeof python === 'string') throw new Error(python)
      const project = anEmptyProject(engine)
      const restore = await prepared(engine, project.database.name)
      try {
        await makeProject(python, engine, project.root, pythonConfig(engine, project.database.config)).finally(restore)
        const ran = await project.run('db', 'upgrade')
        expect(ran).toMatchObject({ code: 0, err: '' })
        const count = (table: string, where = '1 = 1') => Number(project.rows(`select count(*) as n from ${table} where ${where}`)[0]?.['n'])
        const rows = count('python_file_components')
        expect(rows).toBeGreaterThan(30)
        expect(ran.out).toContain(`${count('file_components')} of ${rows} components`)
        expect(count('python_file_components p', 'watch_name is not null and not exists (select 1 from file_components c where c.id = p.id)')).toBe(0)
        expect(await project.run('db', 'check')).toMatchObject({ code: 0 })
        const before = count('file_components', "status = 'archived'")
        deliver(project.root, afterwards)
        await project.run('run', '--once')
        expect(count('file_components', "status = 'archived'")).toBe(before + 4)
        expect(await project.run('db', 'check')).toMatchObject({ code: 0 })
      } finally {
        await project.close()
      }
    })
  })
}
