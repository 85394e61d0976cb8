import { afterEach, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { aProject, until, type Project } from './project.ts'

setDefaultTimeout(60_000)

let project: Project
let mounted: string | null = null
afterEach(async () => {
  await project.close().catch(() => {})
  if (mounted === null) return
  Bun.spawnSync(['umount', '-l', mounted])
  mounted = null
  rmSync(project.root, { recursive: true, force: true })
})

const mounts = () => {
  mounted = `${project.root}/db`
  mkdirSync(mounted)
  const isMounted = Bun.spawnSync(['mount', '-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', mounted]).exitCode === 0
  if (!isMounted) mounted = null
  return isMounted
}
const fill = () => {
  for (let size = 8 * 1024 * 1024; size >= 1; size = Math.floor(size / 2)) {
    try {
      writeFileSync(`${mounted}/ballast`, 'x'.repeat(size), { flag: 'a' })
    } catch {}
  }
}
const log = () => project.read('log.txt') ?? ''

test('a service whose database has no room goes on when there is some, and loses and doubles nothing', async () => {
  project = aProject({ service: 'heartbeat_interval = "1s"\n[logging]\nfile = "log.txt"' })
  if (!mounts()) return void process.stderr.write('skipped: nothing can be mounted here\n')
  project.write('config.toml', (project.read('config.toml') ?? '').replace('"carbonation.db"', '"db/carbonation.db"'))
  const service = project.start('run')
  project.deliver({ 'before.txt': 'before' })
  await until(() => project.archived()['kept/before.txt'] === 'before', 'the first file')
  fill()
  for (let index = 0; index < 1500; index += 1) project.deliver({ [`f${index}.txt`]: `${index}` })
  await until(() => log().includes('cannot grow: the disk is full; make room on its disk'), 'the trouble', 20_000)
  expect((await project.run('status')).code).toBeLessThan(2)
  rmSync(`${mounted}/ballast`)
  const count = async () => JSON.parse((await project.run('query', 'components', '--status', 'archived', '--count')).out || '0') as number
  for (const deadline = performance.now() + 20_000; (await count()) < 1501 && performance.now() < deadline; ) await Bun.sleep(100)
  expect([await count(), Object.keys(project.archived()).length]).toEqual([1501, 1501])
  expect((await service.stop()).code).toBe(0)
  expect(await project.run('db', 'check')).toMatchObject({ code: 0 })
  expect(await project.run('reconcile', 'archive', '--verify')).toMatchObject({ code: 0 })
})
