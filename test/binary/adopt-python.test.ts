import { Database } from 'bun:sqlite'
import { afterEach, describe, expect, test } from 'bun:test'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { aPythonProject, canHave, engines, type PythonProject } from '../python/a-python-project.ts'
import type { Engine } from '../python/package.ts'
import { afterwards, deliver } from '../python/project.ts'
import { administrator } from '../servers/servers.ts'
import type { Row } from './database.ts'
import type { Project } from './project.ts'

const open: Project[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

const aProjectOf = async (engine: Engine): Promise<PythonProject> => {
  const project = await aPythonProject(engine)
  open.push(project)
  return project
}

const adopted = async (engine: Engine): Promise<PythonProject> => {
  const project = await aProjectOf(engine)
  const ran = await project.run('db', 'upgrade')
  expect(ran).toMatchObject({ code: 0, err: '' })
  return project
}

/** The statuses by source path, in the order of names. */
const standings = (project: Project): readonly string[] =>
  project.rows('select source_path as path, status from file_components order by source_path, generation')
    .map((row: Row) => `${String(row['path']).replace(`${project.root}/`, '')} ${row['status']}`)

for (const engine of engines) {
  describe.skipIf(!canHave(engine, 'a database of the Python package'))(`a database of the Python package, on ${engine},`, () => {
    test('is refused by everything but the command that adopts it', async () => {
      const project = await aProjectOf(engine)
      for (const command of [['run', '--once'], ['status'], ['db', 'check'], ['query', 'files', '--count'], ['db', 'init']]) {
        const { code, err } = await project.run(...command)
        expect({ command, code }).toEqual({ command, code: 1 })
        expect(err).toContain('run "carbonation db upgrade" to adopt it')
      }
    })

    test('is adopted with every row accounted for', async () => {
      const project = await adopted(engine)
      const count = (table: string) => Number(project.rows(`select count(*) as n from ${table}`)[0]?.['n'])
      const doubles = Number(project.rows(`select count(*) as n from python_file_components p where p.watch_name is null and exists (
        select 1 from python_file_components o where o.archive_path = p.archive_path and o.id <> p.id)`)[0]?.['n'])
      expect(doubles).toBe(11)
      expect(count('file_components')).toBe(count('python_file_components') - doubles)
      const lost = project.rows(`select id from python_files p where not exists (select 1 from files f where f.id = p.id)`)
      expect(lost).toEqual([])
    })

    test('keeps ids, statuses and times', async () => {
      const project = await adopted(engine)
      const differing = project.rows(`select c.id from file_components c join python_file_components p on p.id = c.id
        where c.status <> lower(cast(p.status as ${engine === 'mariadb' ? 'char' : 'text'})) or c.filename <> p.filename
           or (c.source_path <> p.source_path) or substr(cast(c.detected_at as char(19)), 1, 19) <> substr(cast(p.detected_at as char(19)), 1, 19)`)
      expect(differing).toEqual([])
      expect(standings(project)).toEqual([
        ...(engine === 'postgresql' ? [] : nulls), ...delivered, ...(engine === 'postgresql' ? nulls : []),
      ])
    })

    test("keeps the plugin's columns, those too that the plugin has no more", async () => {
      const project = await adopted(engine)
      const [row] = project.rows(`select category, orbit, score, good, remark, extra, legacy, group_key, file_type from files where group_key = 'a'`)
      expect(row).toEqual({
        category: 'alpha', orbit: 7, score: 1.5, good: 1, remark: 'ünï "quoted"', extra: '{"k":[1,null]}', legacy: 'A', group_key: 'a', file_type: 'signal',
      })
      const { out } = await project.run('query', 'files', '--group-key', 'a', '--columns', 'ticks', '--format', 'json')
      expect(out).toContain('9007199254740993')
    })

    test('is a sound ledger, and can be asked', async () => {
      const project = await adopted(engine)
      expect(await project.run('db', 'check')).toMatchObject({ code: 0 })
      expect((await project.run('status')).out).toContain('26 components, 0 unaccounted')
      expect((await project.run('query', 'files', '--category', 'beta', '--count')).out).toBe('2\n')
    })

    test('goes on with what was pending, and archives nothing twice', async () => {
      const project = await adopted(engine)
      const before = archived(project)
      deliver(project.root, afterwards)
      for (const deadline = performance.now() + 30_000; performance.now() < deadline;) {
        await project.run('run', '--once')
        if (project.read('archive/gamma/changed~2.json') !== null) break
      }
      const more = archived(project).filter((one) => !before.includes(one))
      expect(more).toEqual([
        'archive/alpha/half.json', 'archive/alpha/half.txt', 'archive/blocked/pending.json', 'archive/blocked/pending.txt',
        'archive/gamma/changed~2.json', 'archive/gamma/changed~2.txt',
      ])
      expect(project.read('archive/gamma/changed.txt')).toBe('text of changed\n')
      expect(project.read('archive/gamma/changed~2.txt')).toBe('other text, delivered again\n')
      expect(await project.run('db', 'check')).toMatchObject({ code: 0 })
    })

    test('is what it was when it is undone as README says, and can be adopted again', async () => {
      const project = await adopted(engine)
      await project.alter(undoing())
      expect((await project.run('status')).err).toContain('this is a database of the Python package')
      expect(await project.run('db', 'upgrade')).toMatchObject({ code: 0 })
      expect(await project.run('db', 'check')).toMatchObject({ code: 0 })
      expect(project.rows('select count(*) as n from file_components')).toEqual([{ n: 26 }])
    })

    test('is left as it is where its archive is away, and adopted when it is back', async () => {
      const project = await aProjectOf(engine)
      Bun.spawnSync(['mv', 'archive', 'away'], { cwd: project.root })
      const { code, err } = await project.run('db', 'upgrade')
      expect(code).toBe(1)
      expect(err).toContain('files that the Python package put in the archive main are not there')
      expect((await project.run('status')).err).toContain('this is a database of the Python package')
      Bun.spawnSync(['mv', 'away', 'archive'], { cwd: project.root })
      expect(await project.run('db', 'upgrade')).toMatchObject({ code: 0 })
    })
  })
}

describe('what the Python package took for archived', () => {
  test('is archived again where its copy is gone and its source is not, and needs a person where both are gone', async () => {
    const project = await aProjectOf('sqlite')
    for (const name of ['archive/alpha/a.txt', 'archive/gamma/removed.txt']) rmSync(join(project.root, name))
    const { out } = await project.run('db', 'upgrade')
    expect(out).toContain('it is not there any more: it is archived again from the delivery (now detected) (id 18)')
    expect(out).toContain('it is not there any more, and its source is gone (now failed) (id 16)')
    await project.run('run', '--once')
    expect(project.read('archive/alpha/a.txt')).toBe('text of a\n')
    expect(await project.run('db', 'check')).toMatchObject({ code: 0 })
  })
})

describe('adoption', () => {
  test('keeps a SQLite database as it was beside, and replaces no file for that', async () => {
    const project = await aProjectOf('sqlite')
    project.write('carbonation.db.python-0.0.1', 'something of a person')
    const { out } = await project.run('db', 'upgrade')
    expect(out).toContain(`The database as it was: ${project.root}/carbonation.db.python-0.0.1.2\n`)
    expect(project.read('carbonation.db.python-0.0.1')).toBe('something of a person')
    const kept = new Database(join(project.root, 'carbonation.db.python-0.0.1.2'), { readonly: true })
    expect(kept.query('select count(*) as n from file_components').get()).toEqual({ n: 37 })
    expect(kept.query('select version_num from alembic_version').get()).toEqual({ version_num: '001' })
    kept.close()
  })

  test('leaves no backup where nothing was changed', async () => {
    const project = await aProjectOf('sqlite')
    await project.alter("update alembic_version set version_num = '002'")
    const { code, err } = await project.run('db', 'upgrade')
    expect(code).toBe(1)
    expect(err).toContain('this database has the revision 002 of the Python package')
    expect(readdirSync(project.root).filter((name) => name.includes('python-0.0.1'))).toEqual([])
  })

  test('takes what two files were archived as for the one whose bytes stand there', async () => {
    const project = await aProjectOf('sqlite')
    await project.alter(`update file_components set archive_path = '${project.root}/archive/alpha/a.txt' where id = 16`)
    const { out } = await project.run('db', 'upgrade')
    expect(out).toContain('another file was archived over it, and its source is gone (now failed) (id 16)')
    expect(project.rows('select id, status from file_components where id in (16, 18) order by id'))
      .toEqual([{ id: 16, status: 'failed' }, { id: 18, status: 'archived' }])
    expect(await project.run('db', 'check')).toMatchObject({ code: 0 })
  })

  test('finds delivered files again that the Python package knew by the end of a symbolic link', async () => {
    const project = await aProjectOf('sqlite')
    Bun.spawnSync(['sh', '-c', 'mv delivery real && ln -s real delivery'], { cwd: project.root })
    await project.alter(`update file_components set source_path = replace(source_path, '${project.root}/delivery', '${project.root}/real')`)
    expect(await project.run('db', 'upgrade')).toMatchObject({ code: 0 })
    const before = project.rows('select count(*) as n from file_components')
    await project.run('run', '--once')
    expect(project.rows('select count(*) as n from file_components where generation = 1')).toEqual(before)
  })

  test('is done though something was killed while it wrote to the database, and what that wrote is taken back', async () => {
    const project = await aProjectOf('sqlite')
    Bun.spawnSync([process.execPath, '-e', `const d = new (require('bun:sqlite').Database)('carbonation.db')
      d.run('pragma cache_size = 1'); d.run('begin'); d.run("update file_components set error_message = hex(randomblob(20000))")
      process.kill(process.pid, 'SIGKILL')`], { cwd: project.root })
    expect(readdirSync(project.root)).toContain('carbonation.db-journal')
    expect(await project.run('db', 'upgrade')).toMatchObject({ code: 0, err: '' })
    expect(project.rows('select error_message as error from file_components where id = 18')).toEqual([{ error: null }])
  })

  test('needs no plugin yet: its columns are kept, and fit the plugin that comes later', async () => {
    const project = await aProjectOf('sqlite')
    const plugin = project.read('plugins/file_model.ts') ?? ''
    rmSync(join(project.root, 'plugins/file_model.ts'))
    const { code, err } = await project.run('db', 'upgrade')
    expect(code).toBe(0)
    expect(err).toContain('there is no file_model.ts: needed before the first run')
    expect(project.rows("select orbit, extra from files where group_key = 'a'")).toEqual([{ orbit: 7, extra: '{"k":[1,null]}' }])
    project.write('plugins/file_model.ts', plugin)
    expect(await project.run('db', 'init')).toMatchObject({ code: 0 })
    expect(await project.run('db', 'check')).toMatchObject({ code: 0 })
  })

  test('is refused for tables that another program made with alembic', async () => {
    const project = await aProjectOf('sqlite')
    await project.alter('drop table file_components')
    const { code, err } = await project.run('db', 'init')
    expect(code).toBe(1)
    expect(err).toContain('tables that carbonation did not make')
  })
})

for (const engine of engines) {
  test.skipIf(!canHave(engine, 'a Python database in use'))(`a database that another program has open is left as it is, on ${engine}`, async () => {
    const project = await aProjectOf(engine)
    const close = await hold(project, engine)
    const { code, err } = await project.run('db', 'upgrade').finally(close)
    expect(code).toBe(1)
    expect(err).toContain('stop the Python package')
    await Bun.sleep(0)
    expect(await project.run('db', 'upgrade')).toMatchObject({ code: 0 })
  })
}

test.skipIf(!canHave('postgresql', 'local times'))('times that a server wrote in its own zone are in UTC afterwards', async () => {
  const project = await aProjectOf('postgresql')
  await project.alter(`alter database ${project.database.name} set timezone to 'Europe/Paris'`)
  expect(await project.run('db', 'upgrade')).toMatchObject({ code: 0 })
  const [row] = project.rows(`select (p.detected_at - c.detected_at)::text as ahead from file_components c join python_file_components p on p.id = c.id
    where c.id = 16`)
  expect(String(row?.['ahead'])).toStartWith('01:00:00')
})

/** The statements of README. */
const undoing = (): string => {
  const [, sql] = /To undo it[^]*?```sql\n([^]*?)```/.exec(readFileSync(join(import.meta.dir, '../../README.md'), 'utf8')) ?? []
  if (sql === undefined) throw new Error('README does not say how an adoption is undone')
  return sql
}

/** Has it open for writing, as a service has. */
const hold = async (project: PythonProject, engine: Engine): Promise<() => Promise<void>> => {
  if (engine === 'sqlite') {
    const file = new Database(join(project.root, 'carbonation.db'), { readwrite: true, create: false })
    file.query('select 1 from files').get()
    return async () => file.close()
  }
  const admin = administrator(engine, project.database.name)
  await admin.unsafe('select 1')
  return () => admin.close()
}

const archived = ({ root }: Project): readonly string[] => ['archive', 'keep'].flatMap((base) =>
  readdirSync(join(root, base), { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((one) => one.isFile() && !one.parentPath.includes('.carbonation')).map((one) => join(one.parentPath, one.name).slice(root.length + 1))).toSorted()

const nulls = ['null archived', 'null archived', 'null archived']
const delivered = [
  'delivery/a.json archived', 'delivery/a.txt archived', 'delivery/changed.json archived', 'delivery/changed.txt archived',
  'delivery/failing.json failed', 'delivery/failing.txt failed', 'delivery/gone.txt cleared', 'delivery/half.txt waiting',
  'delivery/late.txt timed_out', 'delivery/nokey.json waiting', 'delivery/nokey.txt detected', 'delivery/nowish.json not_selected',
  'delivery/nowish.txt not_selected', 'delivery/pending.json retry_pending', 'delivery/pending.txt retry_pending',
  'delivery/removed.json archived', 'delivery/removed.txt archived', 'delivery/small.txt integrity_failed', 'delivery/sub/deep.json archived',
  'delivery/sub/deep.txt archived', 'delivery/x/met.txt archived', 'delivery/y/met.json archived', 'solo/one.dat archived',
]
