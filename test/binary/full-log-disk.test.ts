import { afterEach, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { aProject, program, until, type Project } from './project.ts'
import { canMount, fillWith, mountSmallDisk, unmount } from './small-disk.ts'

setDefaultTimeout(60_000)

let project: Project
const disk = () => `${project.root}/logs`
afterEach(async () => {
  unmount(disk())
  await project.close()
})

const logging = 'heartbeat_interval = "1s"\n[logging]\nfile = "logs/log.txt"\nlevel = "DEBUG"'
const log = () => project.read('logs/log.txt') ?? ''
const told = (text: string) => text.split('the log file has trouble').length - 1
const archivedAs = (name: string) => until(() => project.archived()[`kept/${name}`] === name, name, 20_000)

test.skipIf(!canMount())('a full log disk costs lines alone: it is said once, and the log goes on when there is room', async () => {
  project = aProject({ service: logging })
  mountSmallDisk(disk(), '64k')
  const service = project.start('run')
  project.deliver({ before: 'before' })
  await archivedAs('before')
  await until(() => log().includes('alive'), 'a log')
  for (const name of ['ballast', 'log.txt']) fillWith(`${disk()}/${name}`, 64 * 1024)
  for (let index = 0; index < 400; index += 1) project.deliver({ [`during-${index}`]: `during-${index}` })
  await archivedAs('during-399')
  await until(() => project.rows("select 1 from file_components where status = 'archived'").length === 401, 'all rows', 20_000)
  const whenFull = log().length
  await Bun.sleep(2500) // two heartbeats that do not fit
  expect(log().length - whenFull).toBe(0)
  rmSync(`${disk()}/ballast`)
  await until(() => /lines of this log are missing lines=\d+\n[^]*alive/.test(log()), 'the log to go on', 20_000)
  const { code, err } = await service.stop()
  expect([code, told(err)]).toEqual([0, 1])
  expect(err).toMatch(/the work goes on, log lines may be missing file=\S+log\.txt reason=".*ENOSPC/)
})

test('neither a log nor a stderr that takes nothing keeps a pass from its work', async () => {
  project = aProject({ service: logging })
  mkdirSync(`${project.root}/logs`)
  symlinkSync('/dev/full', `${project.root}/logs/log.txt`)
  project.deliver({ a: 'a', b: 'b' })
  const once = await project.run('run', '--once')
  expect([once.code, told(once.err)]).toEqual([0, 1])
  project.deliver({ c: 'c' })
  const mute = Bun.spawn(['sh', '-c', `exec "${program}" run --once > /dev/full 2> /dev/full`], {
    cwd: project.root, env: { HOME: `${project.root}/home` },
  })
  expect(await mute.exited).toBe(0)
  expect(project.archived()).toEqual({ 'kept/a': 'a', 'kept/b': 'b', 'kept/c': 'c' })
})
