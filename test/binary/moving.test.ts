import { Database } from 'bun:sqlite'
import { afterEach, describe, expect, test } from 'bun:test'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { anEmptyProject, canHave, engines, type PythonProject } from '../python/a-python-project.ts'
import type { Engine } from '../python/package.ts'
import { until, type Ran } from './project.ts'
import { canMount, mountSmallDisk, unmount } from './small-disk.ts'

const open: PythonProject[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

const plugin = `export const columns = {
  category: { type: 'string', index: true }, start: { type: 'datetime' }, ticks: { type: 'bigint' }, score: { type: 'float' },
  good: { type: 'boolean' }, extra: { type: 'json' },
}
export const extract = async (paths) => ({
  category: 'ünï "quoted" 🛰', start: '2026-11-21T10:00:00.123Z', ticks: 9007199254740993n, score: 0.1, good: paths[0].includes('a'), extra: { k: [1, null] },
})
`

const anEmpty = (engine: Engine): PythonProject => {
  const project = anEmptyProject(engine)
  open.push(project)
  return project
}

/** A project with some of everything in its ledger. */
const aFilled = async (engine: Engine): Promise<PythonProject> => {
  const project = anEmpty(engine)
  project.write('plugins/file_model.ts', plugin)
  project.write('rules.toml', '[r]\n[[r.integrity]]\ntype = "min_size"\nvalue = 2\n[r.metadata]\nmodule = "file_model"\n')
  project.deliver({ 'a.txt': 'text of a', 'b.txt': 'text of b', 'small.txt': '' })
  project.write('delivery/not-\\xff-odd.txt', 'a backslash')
  expect(await project.run('run', '--once')).toMatchObject({ code: 0 })
  project.deliver({ 'a.txt': 'other text' })
  expect(await project.run('run', '--once')).toMatchObject({ code: 0 })
  return project
}

/** A config in this project for the database of another one. */
const pointAt = (project: PythonProject, other: PythonProject, name: string): string => {
  const place = other.database.config.replace('"carbonation.db"', `"${other.root}/carbonation.db"`)
  project.write(name, (project.read('config.toml') ?? '').replace(/\[database\]\n[^[]*/, `[database]\n${place}`))
  return name
}

const asked = async (project: PythonProject, config: string): Promise<string> =>
  (await project.run('-c', config, 'query', 'files', '--format', 'json', '--all-generations', '--order-by', 'id')).out +
  (await project.run('-c', config, 'query', 'components', '--format', 'json')).out

for (const from of engines) {
  for (const to of engines) {
    const can = canHave(from, 'db copy') && canHave(to, 'db copy')
    describe.skipIf(!can)(`db copy from ${from} to ${to}`, () => {
      test('brings every row, compares both sides, and the copy goes on', async () => {
        const [project, other] = [await aFilled(from), anEmpty(to)]
        const config = pointAt(project, other, 'other.toml')
        const before = await asked(project, 'config.toml')
        expect(before).toContain('9007199254740993')
        const { code, out, err } = await project.run('db', 'copy', '--to', config)
        expect({ code, err }).toEqual({ code: 0, err: '' })
        expect(out).toMatch(/files +\d+ +[0-9a-f]{64}\n/)
        expect(await asked(project, config)).toBe(before)
        expect(await project.run('-c', config, 'db', 'check')).toMatchObject({ code: 0 })
        project.deliver({ 'later.txt': 'after the copy' })
        expect(await project.run('-c', config, 'run', '--once')).toMatchObject({ code: 0 })
        expect(project.archived()['kept/later.txt']).toBe('after the copy')
        expect(await project.run('-c', config, 'db', 'check')).toMatchObject({ code: 0 })
      })
    })
  }
}

for (const engine of engines) {
  describe.skipIf(!canHave(engine, 'db copy'))(`db copy to ${engine}`, () => {
    test('is refused where the target holds anything, or is the source itself', async () => {
      const [project, other] = [await aFilled('sqlite'), await aFilled(engine)]
      const { code, err } = await project.run('db', 'copy', '--to', pointAt(project, other, 'other.toml'))
      expect(code).toBe(1)
      expect(err).toContain('holds a ledger already')
      expect((await other.run('db', 'copy', '--to', 'config.toml')).err).toContain('both configs name')
    })

    test('is refused where another program has tables in the target, and the message names it', async () => {
      const [project, other] = [await aFilled('sqlite'), anEmpty(engine)]
      await other.alter('create table mine (a integer)')
      const { code, err } = await project.run('db', 'copy', '--to', pointAt(project, other, 'other.toml'))
      expect([code, err]).toEqual([1, expect.stringMatching(/takes no copy: .* tables that carbonation did not make\n/)])
      for (const command of ['upgrade', 'check']) {
        expect((await other.run('db', command)).err).toContain('tables that carbonation did not make')
      }
    })

    test('that was killed leaves a target that nothing works with, and is begun again', async () => {
      const [project, other] = [await aFilled('sqlite'), anEmpty(engine)]
      const config = pointAt(project, other, 'other.toml')
      addEvents(project, 60_000)
      const copying = project.start('db', 'copy', '--to', config)
      await until(() => hasBegun(other, engine), 'the copy to begin')
      await copying.stop('SIGKILL')
      for (const command of [['run', '--once'], ['status'], ['db', 'init'], ['db', 'upgrade']]) {
        const { code, err } = await project.run('-c', config, ...command)
        expect({ command, code }).toEqual({ command, code: 1 })
        expect(err).toContain('begin again where it came from')
      }
      const again = await copied(project, config)
      expect(again).toMatchObject({ code: 0, err: '' })
      expect(again.out).toContain('was begun again')
      expect(await project.run('-c', config, 'db', 'check')).toMatchObject({ code: 0 })
    })

    test('is refused while a service works on the source', async () => {
      const [project, other] = [await aFilled(engine), anEmpty('sqlite')]
      const service = project.start('run')
      await until(() => project.rows('select 1 as one from service_state').length > 0, 'the service')
      const refused = await project.run('db', 'copy', '--to', pointAt(project, other, 'other.toml'))
      expect(refused.code).toBe(1)
      expect(refused.err).toContain('a carbonation works on w')
      await service.stop()
      expect(await project.run('db', 'copy', '--to', 'other.toml')).toMatchObject({ code: 0 })
    })

    test('is a backup in SQLite that db copy brings back', async () => {
      const [project, other] = [await aFilled(engine), anEmpty(engine)]
      const made = await project.run('db', 'backup', 'kept.db')
      expect(made).toMatchObject({ code: 0, err: '' })
      expect(await project.run('db', 'backup', 'kept.db')).toMatchObject({ code: 1 })
      expect(readdirSync(project.root).filter((name) => name.startsWith('kept.db'))).toEqual(['kept.db'])
      project.write('kept.toml', (project.read('config.toml') ?? '').replace(/\[database\]\n[^[]*/, '[database]\nname = "kept.db"\n'))
      const config = pointAt(project, other, 'other.toml')
      expect(await project.run('-c', 'kept.toml', 'db', 'copy', '--to', config)).toMatchObject({ code: 0 })
      expect(await asked(project, config)).toBe(await asked(project, 'config.toml'))
    })
  })
}

describe('db backup of SQLite', () => {
  test('is whole while a service writes, and is the database as it was at one moment', async () => {
    const project = await aFilled('sqlite')
    const service = project.start('run')
    await until(() => project.rows('select 1 as one from service_state').length > 0, 'the service')
    const count = (file: string): number => {
      const database = new Database(join(project.root, file), { readonly: true })
      const row = database.query<{ n: number }, []>('select count(*) as n from file_components').get()
      database.close()
      return row?.n ?? 0
    }
    const made: Ran[] = []
    const before: number[] = []
    for (let number = 0; number < 5; number += 1) {
      project.deliver(Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`n${number}-${index}.txt`, `text ${index}`])))
      await until(() => count('carbonation.db') > 50 * number, 'the service to write')
      before.push(count('carbonation.db'))
      made.push(await project.run('db', 'backup', `kept-${number}.db`))
    }
    await service.stop()
    expect(made.map((one) => one.code)).toEqual([0, 0, 0, 0, 0])
    for (let number = 0; number < 5; number += 1) {
      project.write(`kept-${number}.toml`, (project.read('config.toml') ?? '').replace('"carbonation.db"', `"kept-${number}.db"`))
      expect(await project.run('-c', `kept-${number}.toml`, 'db', 'check')).toMatchObject({ code: 0 })
      expect(count(`kept-${number}.db`)).toBeGreaterThanOrEqual(before[number] ?? Infinity)
    }
  })

  test('has the rights of the database, and leaves nothing where it cannot be written', async () => {
    const project = await aFilled('sqlite')
    await project.run('db', 'backup', 'kept.db')
    expect(statSync(join(project.root, 'kept.db')).mode).toBe(statSync(join(project.root, 'carbonation.db')).mode)
    const { code, err } = await project.run('db', 'backup', 'nowhere/kept.db')
    expect(code).toBe(1)
    expect(err).toContain('the backup')
    expect(existsSync(join(project.root, 'nowhere'))).toBe(false)
  })

  test.skipIf(!canMount())('leaves nothing on a disk that is full', async () => {
    const project = await aFilled('sqlite')
    addEvents(project, 60_000)
    const disk = join(project.root, 'disk')
    mountSmallDisk(disk, '300k')
    try {
      const { code, err } = await project.run('db', 'backup', 'disk/kept.db')
      expect([code, err]).toEqual([1, expect.stringContaining('could not be written')])
      expect(readdirSync(disk)).toEqual([])
    } finally {
      unmount(disk)
    }
  })
})

/** A server may take a moment to notice that the one that was killed is gone. */
const copied = async (project: PythonProject, config: string): Promise<Ran> => {
  for (const deadline = performance.now() + 60_000; ; await Bun.sleep(100)) {
    const ran = await project.run('db', 'copy', '--to', config)
    if (ran.code === 0 || !ran.err.includes('a carbonation works on') || performance.now() > deadline) return ran
  }
}

/** Notes that nobody misses, so that a copy takes its time. */
const addEvents = (project: PythonProject, count: number): void => {
  const file = new Database(join(project.root, 'carbonation.db'))
  file.run(`with recursive n(n) as (select 1 union all select n + 1 from n where n < ${count})
    insert into events (at, stage, detail, actor) select '2026-01-01 00:00:00.000', 'record', 'note ' || n, 'test' from n`)
  file.close()
}

const hasBegun = (project: PythonProject, engine: Engine): boolean => {
  const counted = engine === 'sqlite' && !existsSync(join(project.root, 'carbonation.db')) ? [] : project.rows('select count(*) as n from events')
  return Number(counted[0]?.['n'] ?? 0) > 0
}
