import { Database } from 'bun:sqlite'
import { afterEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { fuzzSeed, seeded } from '../domain/seeded.ts'
import { testServer } from './database.ts'
import { aProject, until, type Project, type Ran } from './project.ts'

setDefaultTimeout(60_000)

let project: Project
afterEach(() => project.close())

/** An answer, or trouble in the user's words: never a stack trace, never another exit code. */
const isCivil = ({ code, err }: Ran): boolean => [0, 1, 2].includes(code) && !/this is a bug|^\s+at .+:\d+/m.test(err)

const database = () => `${project.root}/carbonation.db`
const ask = [['run', '--once'], ['status'], ['query', 'components', '--count'], ['db', 'check'], ['explain', 'delivery/f1.txt']]

describe.skipIf(testServer !== null)('a database in a file', () => {
  const damages: readonly (readonly [string, (good: Buffer) => void, RegExp])[] = [
    ['that is a text', () => writeFileSync(database(), 'hello '.repeat(2000)), /is not an SQLite database/],
    ['that is cut in half', (good) => truncateSync(database(), good.length / 2), /is damaged/],
    ['that is cut to a few bytes', () => truncateSync(database(), 50), /is damaged|is not an SQLite database/],
    ['that is a directory', () => mkdirSync(database()), /is not a file/],
    ['that is a FIFO', () => void Bun.spawnSync(['mkfifo', database()]), /is not a file/],
  ]
  test.each(damages)('%s is told as such by every command', async (_, damage, words) => {
    project = aProject()
    project.deliver({ 'f1.txt': 'one' })
    await project.run('run', '--once')
    const good = readFileSync(database())
    if (words.source === 'is not a file') rmSync(database())
    damage(good)
    for (const command of ask) {
      const ran = await project.run(...command)
      expect([command, isCivil(ran), ran.code, words.test(ran.err)]).toEqual([command, true, 1, true])
    }
  })

  test(`with bytes that are not its own is never a crash (FUZZ_SEED=${fuzzSeed})`, async () => {
    const random = seeded(fuzzSeed)
    project = aProject()
    for (let index = 0; index < 300; index += 1) project.deliver({ [`f${index}.txt`]: `${index}` })
    await project.run('run', '--once')
    const good = readFileSync(database())
    for (let turn = 0; turn < 4; turn += 1) {
      const bad = Buffer.from(good)
      for (let times = 0; times < 4; times += 1) {
        const at = 100 + random.below(bad.length - 5000)
        bad.fill(random.below(256), at, at + 1 + random.below(4096))
      }
      for (const end of ['-wal', '-shm']) rmSync(database() + end, { force: true })
      writeFileSync(database(), bad)
      for (const command of ask.slice(0, 3)) {
        const ran = await project.run(...command)
        expect([turn, command, isCivil(ran), ran.err]).toEqual([turn, command, true, ran.err])
      }
    }
  })

  /** Holds the write lock until it is freed. */
  const lock = (): (() => void) => {
    const other = new Database(database())
    other.run('pragma busy_timeout = 10000')
    other.run('begin immediate')
    return () => {
      other.run('commit')
      other.close()
    }
  }
  /** How often a service says that it had to give up on it: once, until it can go on. */
  const refusals = () => (project.read('log.txt') ?? '').split('is locked by another process').length - 1
  const silentMs = () => Date.now() - Date.parse(`${project.rows('select last_heartbeat as at from service_state')[0]?.['at']}Z`)
  const logged = 'heartbeat_interval = "1s"\n[logging]\nfile = "log.txt"'

  test('that another process locks for longer than a statement waits, twice running, costs the service time alone', async () => {
    project = aProject({ service: logged })
    await project.run('db', 'init')
    const service = project.start('run')
    project.deliver({ 'before.txt': 'before' })
    await until(() => project.rows("select 1 from file_components where status = 'archived'").length === 1, 'the first file')
    const free = lock()
    for (let index = 0; index < 50; index += 1) project.deliver({ [`f${index}.txt`]: `${index}` })
    await until(() => silentMs() > 13_000, 'a second refusal', 40_000)
    expect(refusals()).toBe(1)
    expect((await project.run('status')).out).toMatch(/Service .*last heartbeat \d+s ago/)
    expect(await project.run('query', 'components', '--status', 'archived', '--count')).toMatchObject({ code: 0, out: '1\n' })
    free()
    await until(() => Object.keys(project.archived()).length === 51, 'the files', 20_000)
    await until(() => project.rows("select 1 from file_components where status = 'archived'").length === 51, 'their rows', 20_000)
    await until(() => (project.read('log.txt') ?? '').includes('the work goes on'), 'the end of the trouble', 20_000)
    expect(await service.stop()).toMatchObject({ code: 0 })
    expect(project.rows('select count(*) as n, count(distinct source_path) as paths from file_components')).toEqual([{ n: 51, paths: 51 }])
    expect(await project.run('db', 'check')).toMatchObject({ code: 0 })
    expect(await project.run('reconcile', 'archive', '--verify')).toMatchObject({ code: 0 })
  })

  test('that is locked when the service starts is waited for', async () => {
    project = aProject({ service: logged })
    await project.run('db', 'init')
    project.deliver({ 'a.txt': 'a' })
    const free = lock()
    const service = project.start('run')
    await until(() => refusals() >= 1, 'a refusal', 15_000)
    free()
    await until(() => project.rows("select 1 from file_components where status = 'archived'").length === 1, 'the file', 20_000)
    expect(project.rows('select count(*) as n from service_state')).toEqual([{ n: 1 }])
    expect(await service.stop()).toMatchObject({ code: 0 })
  })
})

test(`no words on the command line give anything but an answer or a fault (FUZZ_SEED=${fuzzSeed})`, async () => {
  const random = seeded(fuzzSeed)
  project = aProject()
  project.deliver({ 'a.txt': 'a' })
  await project.run('run', '--once')
  const words = [
    'query', 'files', 'components', 'status', 'db', 'check', 'explain', 'retry', 'release', 'dismiss', 'reconcile', 'archive', 'delivery',
    'check-config', 'check-rules', 'extract', '--json', '--limit', '--order-by', '--format', '--columns', '--count', '--describe', '--age',
    '--daterange', '--since', '--watch-name', '--group-key', '--status', '--check', '--max-age', '--help', '-h', '--', '-c', '-x', '--=', '---',
    '1', '-1', '1e999', '7d', '99999999999d', 'a.txt', 'w', '', ' ', '\n', '\u202e', '%', '__proto__', 'constructor', '2026-01-01/', '💥', '\ud800',
    '--no-complete', '--complete', '--reason', 'x'.repeat(5000), '--format=table', '--limit=0x10', '/dev/null', '..', '--created-after',
  ] as const
  for (let turn = 0; turn < 60; turn += 1) {
    const argv = Array.from({ length: 1 + random.below(5) }, () => random.pick(words as unknown as [string, ...string[]]))
    const ran = await project.run(...argv)
    expect([argv, isCivil(ran), ran.err.slice(0, 600)]).toEqual([argv, true, ran.err.slice(0, 600)])
  }
})
