import { afterEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, mkdirSync, openSync, readdirSync, symlinkSync, truncateSync, writeFileSync, closeSync } from 'node:fs'
import { aProject, until, type Project, type ProjectOptions } from './project.ts'

setDefaultTimeout(180_000)

let project: Project
afterEach(() => project.close())
const open = (options: ProjectOptions = {}): Project => {
  project = aProject(options)
  return project
}

describe('a destination that is taken', () => {
  test('by a file of equal size does not pass for success', async () => {
    open()
    project.write('archive/kept/a.txt', 'mine')
    project.deliver({ 'a.txt': 'your' })
    const { code } = await project.run('run', '--once')
    expect(code).toBe(0)
    expect(project.archived()).toEqual({ 'kept/a.txt': 'mine', 'kept/a~2.txt': 'your' })
  })

  test('by an equal name from another directory is not overwritten', async () => {
    open({ watch: 'recursive = true' })
    project.deliver({ 'x/a.txt': 'from x', 'y/a.txt': 'from y' })
    await project.run('run', '--once')
    expect(Object.values(project.archived()).toSorted()).toEqual(['from x', 'from y'])
    expect(project.standings()).toEqual(['a.txt archived', 'a.txt archived'])
    project.deliver({ 'z/a.txt': 'from z' })
    await project.run('run', '--once')
    expect(project.archived()['kept/a~3.txt']).toBe('from z')
  })
})

for (const [signal, how] of [['SIGKILL', 'killed'], ['SIGTERM', 'terminated']] as const) {
  test(`a copy that is ${how} leaves nothing under its final name, and the next pass archives the file`, async () => {
    open()
    const size = 400_000_000
    const big = `${project.root}/delivery/big.bin`
    closeSync(openSync(big, 'w'))
    truncateSync(big, size)
    const service = project.start('run', '--once')
    await until(() => staged(project.root).length > 0, 'the copy to begin')
    await service.stop(signal)
    const after = project.read('archive/kept/big.bin')
    if (signal === 'SIGKILL') expect(after).toBeNull()
    else expect([null, size]).toContain(after === null ? null : after.length)
    const next = await project.run('run', '--once')
    expect(next.code).toBe(0)
    expect(Bun.file(`${project.root}/archive/kept/big.bin`).size).toBe(size)
    expect(project.standings()).toEqual(['big.bin archived'])
    expect(staged(project.root)).toEqual([])
  })
}

/** What stands in the archive's staging directory, locks aside. */
const staged = (root: string): readonly string[] => {
  const directory = `${root}/archive/.carbonation/staging`
  if (!existsSync(directory)) return []
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => /\/\d+\/|\/\d+-/.test(name))
}

describe('what would lead out', () => {
  test('links in the delivery directory are not followed', async () => {
    open({ watch: 'recursive = true' })
    project.write('secret/key.txt', 'private')
    mkdirSync(`${project.root}/delivery/d`)
    symlinkSync(`${project.root}/secret/key.txt`, `${project.root}/delivery/link.txt`)
    symlinkSync(`${project.root}/secret`, `${project.root}/delivery/directory`)
    project.deliver({ 'a.txt': 'one' })
    const { code } = await project.run('run', '--once')
    expect([code, project.archived()]).toEqual([0, { 'kept/a.txt': 'one' }])
    expect(project.standings()).toEqual(['a.txt archived'])
  })

  test('".." in metadata writes nothing outside an archive without a base path', async () => {
    open({
      archive: 'destination = "archive/{category}"\naction = "copy"',
      rules: '[r.metadata]\nmodule = "file_model"\n',
      plugin: `
        export const columns = { category: { type: 'string' } }
        export const extract = (paths) => ({ category: paths[0].includes('evil') ? '../outside' : 'inside' })
      `,
    })
    project.deliver({ 'evil.txt': 'one', 'good.txt': 'two' })
    await project.run('run', '--once')
    expect(existsSync(`${project.root}/outside`)).toBe(false)
    expect(project.archived()).toEqual({ 'inside/good.txt': 'two' })
    expect(project.standings()[0]).toMatch(/^evil\.txt retry_pending: .*"\.\."/)
  })

  test('neither does a link inside the archive', async () => {
    open()
    mkdirSync(`${project.root}/outside`)
    symlinkSync(`${project.root}/outside`, `${project.root}/archive/kept`)
    writeFileSync(`${project.root}/delivery/a.txt`, 'one')
    await project.run('run', '--once')
    expect(readdirSync(`${project.root}/outside`)).toEqual([])
    expect(project.standings()[0]).toContain('symbolic link')
  })
})
