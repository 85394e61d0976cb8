import { afterEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdirSync } from 'node:fs'
import { canHang, hangAt, type Hung } from '../faults/hung.ts'
import { aProject, until, type Project } from './project.ts'

setDefaultTimeout(60_000)

let project: Project
let hung: Hung | null = null
afterEach(async () => {
  hung?.release()
  hung = null
  await project.close()
})

const config = `
[service]
poll_interval = "1s"
scan_interval = "1s"
heartbeat_interval = "1s"
workers = 2
[database]
drivername = "sqlite"
name = "carbonation.db"
[rules]
file = "rules.toml"
[[watch]]
name = "w"
path = "delivery"
rules = "r"
archive = "main"
settle_seconds = 0.1
[[watch]]
name = "bad"
path = "elsewhere"
rules = "r"
archive = "far"
settle_seconds = 0.1
[[archive]]
name = "main"
base_path = "archive"
destination = "kept"
[[archive]]
name = "far"
base_path = "far"
destination = "kept"
`

const open = () => {
  project = aProject({ config })
  for (const name of ['elsewhere', 'far']) mkdirSync(`${project.root}/${name}`)
}

describe.skipIf(!(await canHang()))('a mount that does not answer', () => {
  test('in one delivery directory holds up neither the others nor the heartbeat nor the end', async () => {
    open()
    hung = await hangAt(`${project.root}/elsewhere`)
    const service = project.start('run')
    project.deliver({ 'a.txt': 'a' })
    await until(() => project.archived()['kept/a.txt'] === 'a', 'the first file', 10_000)
    const beats = () => project.rows('select last_heartbeat as at from service_state')[0]?.['at']
    const before = beats()
    await until(() => beats() !== before, 'a heartbeat', 10_000)
    project.deliver({ 'b.txt': 'b' })
    await until(() => project.archived()['kept/b.txt'] === 'b', 'a later file', 10_000)
    const began = performance.now()
    expect(await service.stop()).toMatchObject({ code: 0 })
    expect(performance.now() - began).toBeLessThan(12_000)
  })

  test('in one archive holds up no other, and heals by itself', async () => {
    open()
    expect(await project.run('run', '--once')).toMatchObject({ code: 0 })
    hung = await hangAt(`${project.root}/far`)
    const service = project.start('run')
    project.write('elsewhere/x.txt', 'x')
    await until(() => project.rows('select started_at from service_state').length > 0, 'the service')
    project.deliver({ 'a.txt': 'a' })
    await until(() => project.archived()['kept/a.txt'] === 'a', 'a file for the other archive', 10_000)
    hung.release()
    await until(() => project.read('far/kept/x.txt') === 'x', 'the file that waited', 15_000)
    expect(await service.stop()).toMatchObject({ code: 0 })
  })
})
