import { afterEach, expect, setDefaultTimeout, test } from 'bun:test'
import { rmSync } from 'node:fs'
import { aProject, until, type Project } from './project.ts'
import { canMount, fillWith, mountSmallDisk, unmount } from './small-disk.ts'

setDefaultTimeout(60_000)

let project: Project
const disk = () => `${project.root}/db`
afterEach(async () => {
  unmount(disk())
  await project.close()
})

const log = () => project.read('log.txt') ?? ''

test.skipIf(!canMount())('a service whose database has no room goes on when there is some, and loses and doubles nothing', async () => {
  project = aProject({ service: 'heartbeat_interval = "1s"\n[logging]\nfile = "log.txt"' })
  mountSmallDisk(disk(), '8m')
  project.write('config.toml', (project.read('config.toml') ?? '').replace('"carbonation.db"', '"db/carbonation.db"'))
  const service = project.start('run')
  project.deliver({ 'before.txt': 'before' })
  await until(() => project.archived()['kept/before.txt'] === 'before', 'the first file')
  fillWith(`${disk()}/ballast`, 8 * 1024 * 1024)
  for (let index = 0; index < 1500; index += 1) project.deliver({ [`f${index}.txt`]: `${index}` })
  await until(() => log().includes('cannot grow: the disk is full; make room on its disk'), 'the trouble', 20_000)
  expect((await project.run('status')).code).toBeLessThan(2)
  rmSync(`${disk()}/ballast`)
  const count = async () => JSON.parse((await project.run('query', 'components', '--status', 'archived', '--count')).out || '0') as number
  for (const deadline = performance.now() + 20_000; (await count()) < 1501 && performance.now() < deadline; ) await Bun.sleep(100)
  expect([await count(), Object.keys(project.archived()).length]).toEqual([1501, 1501])
  expect((await service.stop()).code).toBe(0)
  expect(await project.run('db', 'check')).toMatchObject({ code: 0 })
  expect(await project.run('reconcile', 'archive', '--verify')).toMatchObject({ code: 0 })
})
