import { Database } from 'bun:sqlite'
import { afterEach, describe, expect, test } from 'bun:test'
import { rmSync } from 'node:fs'
import { aProject, type Project, type ProjectOptions } from './project.ts'

let project: Project
afterEach(() => project.close())

const archived = (): readonly string[] => Object.values(project.archived()).toSorted()

const openArchived = async (options: ProjectOptions) => {
  project = aProject({ watch: 'settle_seconds = 0.05', ...options })
  project.deliver({ 'a.txt': 'one', 'b.txt': 'two' })
  expect(await project.run('run', '--once')).toMatchObject({ code: 0 })
  expect(archived()).toEqual(['one', 'two'])
}

describe('a ledger that is gone', () => {
  const lose = () => {
    for (const end of ['', '-wal', '-shm']) rmSync(`${project.root}/carbonation.db${end}`, { force: true })
  }

  test('is made anew, and what the archive holds with the same content is used, not stored again', async () => {
    await openArchived({ archive: 'base_path = "archive"\ndestination = "all"\naction = "copy"' })
    lose()
    expect(await project.run('run', '--once')).toMatchObject({ code: 0 })
    expect(archived()).toEqual(['one', 'two'])
    expect(project.rows('select filename, status from file_components order by filename')).toEqual([
      { filename: 'a.txt', status: 'archived' }, { filename: 'b.txt', status: 'archived' },
    ])
  })

  test('knows again by reconcile archive what is in the archive alone', async () => {
    await openArchived({ archive: 'base_path = "archive"\ndestination = "all"\naction = "move"' })
    lose()
    project.deliver({ 'c.txt': 'three' })
    expect(await project.run('run', '--once')).toMatchObject({ code: 0 })
    expect(await project.run('reconcile', 'archive')).toMatchObject({ code: 0 })
    expect(project.rows('select filename, origin from file_components order by filename')).toEqual([
      { filename: 'a.txt', origin: 'adopted' }, { filename: 'b.txt', origin: 'adopted' },
      { filename: 'c.txt', origin: 'delivered' },
    ])
  })
})

test('a ledger of a newer version is refused with both numbers, and left as it is', async () => {
  await openArchived({})
  const ledger = new Database(`${project.root}/carbonation.db`)
  const known = Number(ledger.query<{ n: number }, []>('select max(number) as n from schema_migrations').get()?.n)
  ledger.run("insert into schema_migrations (number, name, applied_at) values (999, 'later', '2030-01-01')")
  ledger.close()
  project.deliver({ 'c.txt': 'three' })
  for (const command of [['run', '--once'], ['status'], ['query', 'files', '--count'], ['db', 'upgrade']]) {
    const { code, err } = await project.run(...command)
    expect([command, code, err.includes('999'), new RegExp(`\\b${known}\\b`).test(err)]).toEqual([command, 1, true, true])
  }
  expect(archived()).toEqual(['one', 'two'])
})
