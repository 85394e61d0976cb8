import { afterEach, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { aProject, type Project } from './project.ts'

setDefaultTimeout(60_000)

let project: Project
afterEach(() => project.close())

/** What a file says of itself becomes its category, its group key and the name of its archive, unlooked at. */
const plugin = `
import { readFileSync } from 'node:fs'
const said = (path) => JSON.parse(readFileSync(path, 'utf8'))
export const columns = { category: { type: 'string' }, wanted: { type: 'string' } }
export const extract = (paths) => ({ category: said(paths[0]).category, wanted: said(paths[0]).archive ?? null })
export const key_of = (path) => said(path).key ?? null
export const archive_of = (metadata) => metadata.wanted ?? null
`
const rules = `[r.metadata]
module = "file_model"
[r.completeness]
group_by = "plugin"
group_function = "key_of"
[[r.routing]]
type = "plugin"
function = "archive_of"
`

type Told = { readonly category?: unknown; readonly key?: unknown; readonly archive?: unknown }
const deliver = (told: readonly Told[]) =>
  told.forEach((one, index) => project.deliver({ [`${index}.json`]: JSON.stringify({ category: 'fine', ...one }) }))
const standingOf = (index: number) => project.standings().find((one) => one.startsWith(`${index}.json `)) ?? 'no row'
const open = () => {
  project = aProject({ plugin, rules, archive: 'base_path = "archive"\ndestination = "kept/{category}"\naction = "copy"' })
  mkdirSync(`${project.root}/outside`)
  mkdirSync(`${project.root}/archive/kept`)
}
/** Nothing was made beside the project's own, nor anything written into what leads out. */
const expectWithin = () => {
  expect(readdirSync(`${project.root}/outside`)).toEqual([])
  const own = readdirSync(project.root).filter((name) => !/^(carbonation\.db.*|archive|config\.toml|delivery|home|outside|plugins|rules\.toml)$/.test(name))
  expect(own).toEqual([])
  expect(readdirSync(`${project.root}/archive`).toSorted()).toEqual(['.carbonation', 'kept'])
}

test('a value that leads out of the archive, or nowhere, is its own group\'s fault, which says why', async () => {
  open()
  symlinkSync('../../outside', `${project.root}/archive/kept/link`)
  symlinkSync('nowhere', `${project.root}/archive/kept/dangling`)
  project.write('archive/kept/file', 'in the way')
  const refused: readonly (readonly [unknown, RegExp])[] = [
    ['..', /has "\.\." in it/], ['../..', /has "\.\." in it/], ['a/../../b', /has "\.\." in it/], ['/etc', /is absolute/], ['.', /names no directory/],
    ['a\0b', /text without NUL/], ['a\nb', /has a control character/], ['\ud800', /must be text/], [' ', /is empty/], ['', /is empty/],
    ['.carbonation', /has "\.carbonation" in it/], ['a/.CARBONATION/staging', /has "\.CARBONATION" in it/],
    ['link', /link is a symbolic link inside the archive/], ['link/deep', /link is a symbolic link inside the archive/],
    ['dangling', /dangling is a symbolic link inside the archive/], ['file', /file is a file inside the archive/], ['file/x', /file is a file|not a directory/],
    ['x'.repeat(300), /the name is too long for this file system; shorten/], ['é'.repeat(200), /the name is too long for this file system; shorten/],
    ['a/'.repeat(3000), /the name is too long for this file system; shorten/], [['a'], /must be text/], [{ toString: '..' }, /must be text/], [Infinity, /is null/],
  ]
  deliver(refused.map(([category]) => ({ category })))
  project.deliver({ 'last.json': '{"category":"fine"}' })
  const { code, err } = await project.run('run', '--once')
  expect([code, /this is a bug|^\s+at /m.test(err)]).toEqual([0, false])
  refused.forEach(([category, why], index) => {
    expect([category, standingOf(index).startsWith(`${index}.json retry_pending: `), standingOf(index)]).toEqual([category, true, expect.stringMatching(why)])
  })
  rmSync(`${project.root}/archive/kept/dangling`)
  expect(project.archived()).toEqual({ 'kept/file': 'in the way', 'kept/fine/last.json': '{"category":"fine"}' })
  expectWithin()
})

test('a value that only looks dangerous names a directory', async () => {
  open()
  const kept = ['..\u200b', '...', '-rf', '~', '$(id)', '`id`', 'a\\..\\b', '%2e%2e', '\u202e', '{category}', '* ?', 'a//b', './a/']
  deliver(kept.map((category) => ({ category })))
  expect(await project.run('run', '--once')).toMatchObject({ code: 0 })
  const places = kept.map((category, index) => `kept/${{ 'a//b': 'a/b', './a/': 'a' }[category] ?? category}/${index}.json`)
  expect(Object.keys(project.archived()).toSorted()).toEqual(places.toSorted())
  expectWithin()
})

test('a group key leads nowhere, and the name of an archive that there is none of is a fault', async () => {
  open()
  const keys = ['../../outside/x', '/etc/passwd', '..', '.', 'a\nb', 'a\0b', '.carbonation', '\udce9', 'x'.repeat(4096), '__proto__']
  const archives = ['..', '../outside', '/etc', 'main/../main', 'MAIN', '', 'main\n', '__proto__', 'constructor', 'x'.repeat(300)]
  deliver([...keys.map((key) => ({ key })), ...archives.map((archive) => ({ archive }))])
  expect((await project.run('run', '--once')).code).toBe(0)
  expect(Object.keys(project.archived()).toSorted()).toEqual(keys.map((_, index) => `kept/fine/${index}.json`).toSorted())
  archives.forEach((archive, index) => {
    const told = standingOf(keys.length + index)
    expect([archive, told]).toEqual([archive, expect.stringMatching(/retry_pending: routing rule 1 names the archive "[^]*", which config\.toml does not have; use one of: main$/)])
  })
  for (const command of [['reconcile', 'archive', '--verify'], ['db', 'check']]) expect(await project.run(...command)).toMatchObject({ code: 0 })
  expectWithin()
})
