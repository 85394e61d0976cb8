import { Database } from 'bun:sqlite'
import { afterEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { testServer } from './database.ts'
import { aProject, pairRules, program, until, type Project, type ProjectOptions } from './project.ts'

setDefaultTimeout(180_000)

let project: Project
afterEach(() => project.close())
const open = (options: ProjectOptions = {}): Project => {
  project = aProject(options)
  return project
}
const withPlugin = (extract: string, more: ProjectOptions = {}): Project =>
  open({
    rules: '[r.metadata]\nmodule = "file_model"\n[[r.selection]]\nhas_keys = ["category"]\n',
    plugin: `export const columns = { category: { type: 'string' } }\nexport const extract = (paths) => { ${extract} }\n`,
    ...more,
  })

describe('an extract that throws', () => {
  test('is told on its file, is tried again, and is neither "not selected" nor half of the metadata', async () => {
    withPlugin("if (paths[0].includes('bad')) throw new Error('no header'); return { category: 'alpha' }")
    project.deliver({ 'bad.txt': 'one', 'good.txt': 'two' })
    const { code, err } = await project.run('run', '--once')
    expect(project.archived()).toEqual({ 'kept/good.txt': 'two' })
    expect(project.standings()[0]).toMatch(/^bad\.txt retry_pending: .*file_model\.ts.*no header/)
    expect(code).toBe(0)
    expect(err).toContain('1 newly retry_pending; "carbonation query components --status retry_pending" lists them')
  })

  test('is tried again when its time comes, not at the next reconciliation', async () => {
    withPlugin("throw new Error('no header')", { service: 'retry_delay = "1s"\nmax_retries = 2' })
    const service = project.start('run')
    project.deliver({ 'bad.txt': 'one' })
    await until(() => project.standings()[0]?.startsWith('bad.txt failed') ?? false, 'the retries to be used up')
    expect(project.rows("select count(*) as n from events where to_status = 'retry_pending'")).toEqual([{ n: 2 }])
    expect((await service.stop()).code).toBe(0)
  })
})

test('a missing template key is an error on its own file, and the others are archived', async () => {
  withPlugin("return paths[0].includes('bad') ? { category: 'x' } : { category: 'x', part: 'p' }", {
    plugin: `
      export const columns = { category: { type: 'string' }, part: { type: 'string' } }
      export const extract = (paths) => paths[0].includes('bad') ? { category: 'x' } : { category: 'x', part: 'p' }
    `,
    archive: 'base_path = "archive"\ndestination = "{part}"\naction = "copy"',
  })
  project.deliver({ 'bad.txt': 'one', 'good.txt': 'two' })
  const { err } = await project.run('run', '--once')
  expect(project.archived()).toEqual({ 'p/good.txt': 'two' })
  expect(project.standings()[0]).toMatch(/^bad\.txt retry_pending: .*"part"/)
  expect(err).toContain('1 newly retry_pending')
})

test('the metadata of its own scaffold, datetimes among them, can be stored and asked for', async () => {
  open()
  const own = `${project.root}/own`
  await project.run('init', '--dir', own)
  const config = readFileSync(`${own}/config.toml`, 'utf8')
  writeFileSync(`${own}/config.toml`, config.replace(/settle_seconds = .*/, 'settle_seconds = 0.1'))
  const metadata = { start: '2026-01-02T03:04:05Z', stop: '2026-01-02T04:04:05+01:00', category: 'alpha', source: 'radar' }
  writeFileSync(`${own}/delivery/a.json`, JSON.stringify(metadata))
  writeFileSync(`${own}/delivery/a.txt`, 'measurements')
  const ran = Bun.spawnSync([program, 'run', '--once'], { cwd: own, env: { HOME: project.root } })
  const asked = Bun.spawnSync([program, 'query', 'files', '--start-after', '2026-01-01', '--format', 'json'], { cwd: own, env: { HOME: project.root } })
  expect([ran.exitCode, asked.exitCode]).toEqual([0, 0])
  expect(JSON.parse(asked.stdout.toString())).toMatchObject([
    { group_key: 'a', category: 'alpha', start: '2026-01-02T03:04:05.000Z', stop: '2026-01-02T03:04:05.000Z', complete: true },
  ])
})

test.skipIf(testServer !== null)('a database that is locked for a while leaves no file behind', async () => {
  open()
  await project.run('db', 'init')
  for (let index = 0; index < 300; index += 1) project.deliver({ [`f${index}.txt`]: `${index}` })
  const other = new Database(`${project.root}/carbonation.db`)
  let held = 0
  let release: Timer | undefined
  const hold = () => {
    other.run('pragma busy_timeout = 5000')
    other.run('begin immediate')
    held += 1
    release = setTimeout(() => other.run('commit'), 300)
  }
  hold()
  const again = setInterval(hold, 500)
  const { code } = await project.run('run', '--once')
  clearInterval(again)
  clearTimeout(release)
  expect(held).toBeGreaterThan(0)
  expect(code).toBe(0)
  expect(project.rows("select count(*) as n from file_components where status = 'archived'")).toEqual([{ n: 300 }])
  if (other.inTransaction) other.run('commit')
  other.close()
})

describe('an unknown archive name', () => {
  const unknown = (): Project => open({ rules: '[[r.routing]]\nmatch = "*"\narchive = "nowhere"\n' })

  test('is an error that names it, and nothing is done', async () => {
    unknown()
    project.deliver({ 'a.txt': 'one' })
    for (const args of [['check-config'], ['run', '--once']]) {
      const { code, out, err } = await project.run(...args)
      expect(code).toBe(1)
      expect(out + err).toMatch(/rules\.toml:\d+ .*nowhere/)
    }
    expect(project.archived()).toEqual({})
  })

  test('that a plugin gives is told on the file', async () => {
    open({
      rules: '[[r.routing]]\ntype = "plugin"\nfunction = "choose"\n',
      plugin: "export const columns = {}\nexport const choose = () => 'nowhere'\n",
    })
    project.deliver({ 'a.txt': 'one' })
    await project.run('run', '--once')
    expect(project.standings()[0]).toMatch(/^a\.txt retry_pending: .*"nowhere".*use one of: main/)
  })
})

describe('reconciling', () => {
  test('reconcile archive registers nothing a second time', async () => {
    open({ rules: pairRules() })
    project.deliver({ 'a.txt': 'one', 'a.json': '{}' })
    await project.run('run', '--once')
    for (let turn = 0; turn < 2; turn += 1) {
      const { code, out } = await project.run('reconcile', 'archive', '--json')
      expect([code, JSON.parse(out)]).toEqual([0, { found: 2, created: 0, missing: 0, corrupt: 0 }])
    }
    expect(project.rows('select count(*) as n from file_components')).toEqual([{ n: 2 }])
  })

  test('reconcile archive counts what is missing, and exits 1 as long as it is', async () => {
    open()
    project.deliver({ 'a.txt': 'one', 'b.txt': 'two' })
    await project.run('run', '--once')
    await Bun.file(`${project.root}/archive/kept/a.txt`).delete()
    for (let turn = 0; turn < 2; turn += 1) {
      const { code, out } = await project.run('reconcile', 'archive', '--json')
      expect([code, JSON.parse(out)]).toEqual([1, { found: 1, created: 0, missing: 1, corrupt: 0 }])
    }
    expect(project.rows('select filename, in_archive from file_components order by filename')).toEqual([
      { filename: 'a.txt', in_archive: 0 }, { filename: 'b.txt', in_archive: 1 },
    ])
  })

  test('two passes at once do not do the work twice', async () => {
    open({ watch: 'settle_seconds = 0.5' })
    for (let index = 0; index < 500; index += 1) project.deliver({ [`f${index}.txt`]: `${index}` })
    await project.run('db', 'init')
    const ends = await Promise.all([project.run('run', '--once'), project.run('run', '--once'), project.run('run', '--once')])
    expect(ends.map((one) => one.code)).toEqual([0, 0, 0])
    expect(ends.map((one) => one.err).join('')).toContain('another carbonation works on w already')
    expect(project.rows('select count(*) as n from file_components')).toEqual([{ n: 500 }])
    expect(project.rows("select count(*) as n from events where to_status = 'archived'")).toEqual([{ n: 500 }])
    expect(Object.keys(project.archived())).toHaveLength(500)
  })
})
