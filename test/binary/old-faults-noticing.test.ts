import { afterEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { appendFileSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { aProject, pairRules, until, type Project, type ProjectOptions } from './project.ts'

setDefaultTimeout(180_000)

let project: Project
afterEach(() => project.close())
const open = (options: ProjectOptions = {}): Project => {
  project = aProject(options)
  return project
}
const archivedCount = () => Number(project.rows("select count(*) as n from file_components where status = 'archived'")[0]?.['n'] ?? 0)
/** The service, once it has looked at its watch for the first time. */
const serve = async () => {
  const service = project.start('run')
  await until(() => project.rows('select name from watch_state').length > 0, 'the first look')
  return service
}

describe('noticing', () => {
  test('run --once does not archive a file that is still being written', async () => {
    open({ watch: 'settle_seconds = 1.0' })
    project.deliver({ 'growing.txt': 'begin', 'done.txt': 'whole' })
    const writer = setInterval(() => appendFileSync(`${project.root}/delivery/growing.txt`, ' more'), 50)
    const first = await project.run('run', '--once')
    clearInterval(writer)
    expect(project.archived()).toEqual({ 'kept/done.txt': 'whole' })
    expect(first).toMatchObject({ code: 0, out: '' })
    expect(first.err).toContain('1 files still change, left for the next run')
    await project.run('run', '--once')
    expect(project.archived()['kept/growing.txt']).toStartWith('begin more')
    expect(project.archived()['kept/growing.txt']).toBe(project.read('delivery/growing.txt') ?? '')
  })

  test('reconcile delivery obeys the patterns of its watch', async () => {
    open({ watch: 'patterns = ["*.txt"]' })
    project.deliver({ 'a.txt': 'one', 'b.jpg': 'two', 'c.tmp': 'three' })
    await project.run('db', 'init')
    const { code } = await project.run('reconcile', 'delivery')
    await project.run('run', '--once')
    expect(code).toBe(0)
    expect(project.standings()).toEqual(['a.txt archived'])
  })

  test('a file that is renamed into place is seen by the watcher', async () => {
    open()
    await serve()
    mkdirSync(`${project.root}/elsewhere`)
    writeFileSync(`${project.root}/elsewhere/a.txt`, 'one')
    renameSync(`${project.root}/elsewhere/a.txt`, `${project.root}/delivery/a.txt`)
    await until(() => archivedCount() === 1, 'the file that was renamed in')
    writeFileSync(`${project.root}/delivery/b.txt.part`, 'two')
    renameSync(`${project.root}/delivery/b.txt.part`, `${project.root}/delivery/b.txt`)
    await until(() => archivedCount() === 2, 'the file that got its final name')
  })

  test('a burst of 10,000 is archived whole, without a thread for each file', async () => {
    open({ watch: 'settle_seconds = 0.5', service: 'workers = 2\ndurability = "none"' })
    const service = await serve()
    let threads = 0
    const count = setInterval(() => {
      threads = Math.max(threads, threadsOf(service.pid))
    }, 20)
    for (let index = 0; index < 10_000; index += 1) writeFileSync(`${project.root}/delivery/f${index}.txt`, `${index}`)
    await until(() => archivedCount() === 10_000, 'all of the burst', 150_000)
    clearInterval(count)
    expect(threads).toBeGreaterThan(0)
    expect(threads).toBeLessThan(60)
    expect((await service.stop()).code).toBe(0)
  })
})

const threadsOf = (pid: number): number => {
  try {
    return readdirSync(`/proc/${pid}/task`).length
  } catch {
    return 0
  }
}

describe('groups', () => {
  test('archive_partial really archives', async () => {
    open({ rules: pairRules().replace('timeout_minutes = 60', 'timeout_minutes = 0.02').replace('"warn"', '"archive_partial"') })
    await serve()
    project.deliver({ 'a.txt': 'one' })
    await until(() => archivedCount() === 1, 'the lonely member')
    expect(project.rows('select complete from files')).toEqual([{ complete: 1 }])
    project.deliver({ 'a.json': '{}' })
    await until(() => archivedCount() === 2, 'the missing member')
    expect(project.archived()).toEqual({ 'kept/a.json': '{}', 'kept/a.txt': 'one' })
  })

  test('groups of one are visible to query files', async () => {
    open()
    project.deliver({ 'a.txt': 'one' })
    await project.run('run', '--once')
    const { code, out } = await project.run('query', 'files', '--watch-name', 'w', '--format', 'json')
    expect([code, (JSON.parse(out) as { group_key: string }[]).map((one) => one.group_key)]).toEqual([0, ['a.txt']])
  })
})

describe('identity', () => {
  test('a name that is delivered again with other content is archived beside the first', async () => {
    open({ rules: pairRules() })
    project.deliver({ 'a.txt': 'one', 'a.json': '1' })
    await project.run('run', '--once')
    project.deliver({ 'a.txt': 'two', 'a.json': '2' })
    const again = await project.run('run', '--once')
    expect(again.code).toBe(0)
    expect(project.archived()).toEqual({ 'kept/a.json': '1', 'kept/a.txt': 'one', 'kept/a~2.json': '2', 'kept/a~2.txt': 'two' })
  })

  test('a name that is used again after its removal is no trouble for any file', async () => {
    open()
    project.deliver({ 'a.txt': 'one' })
    await project.run('run', '--once')
    rmSync(`${project.root}/delivery/a.txt`)
    await project.run('run', '--once')
    project.deliver({ 'a.txt': 'two', 'b.txt': 'other' })
    const last = await project.run('run', '--once')
    expect(last).toMatchObject({ code: 0, err: '' })
    expect(project.archived()).toEqual({ 'kept/a.txt': 'one', 'kept/a~2.txt': 'two', 'kept/b.txt': 'other' })
  })

  test('a name that is not UTF-8 is archived under its own bytes, and fails nobody', async () => {
    open({ archive: 'base_path = "archive"\ndestination = "kept"\naction = "move"' })
    project.deliver({ 'caf\udce9.txt': 'one', 'b.txt': 'two' })
    const { code } = await project.run('run', '--once')
    expect([code, project.read('archive/kept/caf\udce9.txt'), project.read('archive/kept/b.txt')]).toEqual([0, 'one', 'two'])
    expect(project.standings()).toEqual(['b.txt archived', 'caf\\xe9.txt archived'])
    expect(readdirSync(`${project.root}/delivery`)).toEqual([])
  })
})
