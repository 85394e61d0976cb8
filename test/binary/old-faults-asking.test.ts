import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { aProject, type Project } from './project.ts'

setDefaultTimeout(180_000)

let project: Project
beforeAll(async () => {
  project = aProject()
  project.deliver({ 'a.txt': 'one', 'b.txt': 'two', 'c.txt': 'three' })
  await project.run('run', '--once')
})
afterAll(() => project.close())

test('an unknown key in the config is an error with its line and the key that was meant', async () => {
  const wrong = aProject({ watch: 'patern = ["*.txt"]' })
  const { code, out, err } = await wrong.run('check-config')
  expect(code).toBe(1)
  expect(out + err).toMatch(/config\.toml:\d+ .*patern.*did you mean patterns/)
  const ran = await wrong.run('run', '--once')
  expect(ran.code).toBe(1)
  await wrong.close()
})

test('an unknown --order-by is refused, and the known ones are named', async () => {
  const { code, out, err } = await project.run('query', 'files', '--watch-name', 'w', '--order-by', 'nonsense')
  expect(code).not.toBe(0)
  expect([out, err.includes('nonsense'), err.includes('created_at')]).toEqual(['', true, true])
})

test('an unknown column is a sentence and no traceback', async () => {
  const { code, out, err } = await project.run('query', 'files', '--watch-name', 'w', '--columns', 'nonsense')
  expect(code).not.toBe(0)
  expect([out, err.includes('nonsense')]).toEqual(['', true])
  expect(err.trim().split('\n').length).toBeLessThan(5)
  expect(err).not.toMatch(/\bat .*:\d+:\d+/)
})

test('JSON of nothing is an empty list', async () => {
  for (const command of [['query', 'files', '--watch-name', 'w', '--group-key', 'none'], ['query', 'components', '--status', 'failed']]) {
    const { code, out } = await project.run(...command, '--format', 'json')
    expect([code, JSON.parse(out)]).toEqual([0, []])
  }
})

test('the page cursor comes by every group exactly once, also those that are archived between two pages', async () => {
  project.write('page.ts', `
    import { connect } from 'carbonation'
    const db = await connect('config.toml')
    const { rows, cursor } = await db.getNewFiles(process.argv[2] ?? null, { limit: 2 })
    console.log(JSON.stringify({ keys: rows.map((one) => one.group_key), cursor }))
    await db.close()
  `)
  const page = async (...cursor: string[]) => {
    const { out, err } = await project.run('exec', 'page.ts', ...cursor)
    if (out === '') throw new Error(err)
    return JSON.parse(out) as { keys: string[]; cursor: string }
  }
  const first = await page()
  project.deliver({ '0.txt': 'earlier by name' })
  await project.run('run', '--once')
  const second = await page(first.cursor)
  const third = await page(second.cursor)
  expect([...first.keys, ...second.keys].toSorted()).toEqual(['0.txt', 'a.txt', 'b.txt', 'c.txt'])
  expect(third.keys).toEqual([])
})
