import { Database } from 'bun:sqlite'
import { afterEach, expect, setDefaultTimeout, test } from 'bun:test'
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { aProject, program, type Project, type Ran } from './project.ts'

setDefaultTimeout(60_000)

let project: Project
let mounted: string | null = null
afterEach(async () => {
  if (mounted !== null) Bun.spawnSync(['umount', '-l', mounted])
  mounted = null
  await project.close()
})

const isRoot = process.getuid?.() === 0
const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
const sh = (...command: string[]) => Bun.spawnSync(command, { stderr: 'pipe' }).exitCode === 0

const asking = [
  ['status'], ['status', '--json'], ['query', 'files'], ['query', 'components', '--status', 'archived'], ['explain', 'delivery/f1.txt'], ['db', 'status'],
  ['db', 'check'], ['run', '--dry-run'],
]
const working = [['run', '--once'], ['run']]

/** A project whose database has a directory of its own, with a file archived. */
const aWorkedProject = async (before: (directory: string) => boolean = () => true): Promise<boolean> => {
  project = aProject()
  chmodSync(project.root, 0o755)
  mkdirSync(directory())
  if (!before(directory())) return false
  project.write('config.toml', (project.read('config.toml') ?? '').replace('"carbonation.db"', '"db/carbonation.db"'))
  project.deliver({ 'f1.txt': 'one' })
  expect(await project.run('run', '--once')).toMatchObject({ code: 0 })
  return true
}
const directory = () => `${project.root}/db`
const database = () => `${directory()}/carbonation.db`

/** All changes into the database itself, as a service that stopped in good order leaves it, or all into the file beside. */
const leave = (changes: 'in it' | 'beside it') => {
  const own = new Database(database())
  own.run('pragma wal_checkpoint(truncate)')
  if (changes === 'beside it') {
    own.run('create table beside (it)')
    for (const end of ['', '-wal']) copyFileSync(database() + end, `${project.root}/copy${end}`)
  }
  own.close()
  for (const end of ['', '-wal', '-shm']) {
    if (existsSync(`${project.root}/copy${end}`)) copyFileSync(`${project.root}/copy${end}`, database() + end)
    else if (end !== '') rmSync(database() + end, { force: true })
  }
}

/** Never waited for longer than any of these takes: `run` must not go on. */
const runAs = async (who: readonly string[], args: readonly string[]): Promise<Ran> => {
  const child = Bun.spawn([...who, program, ...args], { cwd: project.root, env: { PATH: process.env['PATH'] ?? '', HOME: `${project.root}/home` }, stdout: 'pipe', stderr: 'pipe', timeout: 15_000 })
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited])
  return { code, out, err }
}

const expectAnswers = async (who: readonly string[]) => {
  for (const command of asking) expect([command, await runAs(who, command)]).toMatchObject([command, { code: 0, err: '' }])
  expect((await runAs(who, ['query', 'components', '--status', 'archived'])).out).toContain('f1.txt')
}
const expectRefusals = async (who: readonly string[], commands: readonly (readonly string[])[], words: RegExp) => {
  for (const command of commands) {
    const { code, err } = await runAs(who, command)
    expect([command, code, err.match(words) !== null, err.split('\n').length]).toEqual([command, 1, true, 3])
  }
}

test.skipIf(!isRoot)('a database on a read-only disk answers, and says what keeps the service from its work', async () => {
  const onTmpfs = (at: string) => {
    if (!sh('mount', '-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', at)) return false
    mounted = at
    return true
  }
  if (!(await aWorkedProject(onTmpfs))) return void process.stderr.write('skipped: nothing can be mounted here\n')
  leave('in it')
  expect(sh('mount', '-o', 'remount,ro', directory())).toBe(true)
  await expectAnswers([])
  await expectRefusals([], [...working, ['retry']], /cannot be written: its disk is read-only\n {2}make it writable, or name another path/)
  expect(readdirSync(directory()).toSorted()).toEqual(['carbonation.db', 'carbonation.db.lock'])

  sh('mount', '-o', 'remount,rw', directory())
  leave('beside it')
  sh('mount', '-o', 'remount,ro', directory())
  const told = /cannot be read: its last changes stand in .*-wal, and its disk is read-only\n {2}make it writable, or copy both/
  await expectRefusals([], asking.filter((one) => one[0] !== 'status'), told)
  expect((await runAs([], ['status', '--check'])).out).toMatch(/^CARBONATION UNKNOWN - .*its disk is read-only/)
  await expectRefusals([], working, /cannot be written: its disk is read-only/)

  sh('mount', '-o', 'remount,rw', directory())
  expect(await project.run('run', '--once')).toMatchObject({ code: 0, err: '' })
})

test.skipIf(isRoot && !sh(...nobody, 'true'))('a database in a directory that the user may not write answers in the same way', async () => {
  const who = isRoot ? nobody : []
  await aWorkedProject()
  leave('in it')
  if (isRoot) sh('chown', '-R', '65534:65534', project.root)
  chmodSync(directory(), 0o555)
  await expectAnswers(who)
  await expectRefusals(who, working, /cannot be written: this user may not write in .*\n {2}make it writable/)
  chmodSync(directory(), 0o755)
  leave('beside it')
  if (isRoot) sh('chown', '-R', '65534:65534', project.root)
  chmodSync(directory(), 0o555)
  await expectRefusals(who, [['query', 'files'], ['explain', 'f1.txt']], /its last changes stand in .*-wal, and this user may not write in/)
  chmodSync(directory(), 0o755)
  expect(await runAs(who, ['run', '--once'])).toMatchObject({ code: 0, err: '' })
})
