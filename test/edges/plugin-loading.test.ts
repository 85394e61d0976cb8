import { expect, setDefaultTimeout, test } from 'bun:test'
import { chmodSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '../../src/domain/fault.ts'
import { pluginFolder } from './plugin-folder.ts'

// Threads start slowly on a busy machine.
setDefaultTimeout(30_000)

const refusalOf = async (files: Readonly<Record<string, string>>, timeoutMs?: number): Promise<string[]> => {
  await using folder = pluginFolder(files)
  return await folder.refusal(timeoutMs)
}

test('only the *.ts of the directory itself are plugins', async () => {
  const broken = 'this is not TypeScript ('
  await using folder = pluginFolder({
    'a.ts': 'export const one = () => 1', '_shared.ts': broken, 'types.d.ts': broken, 'sub/b.ts': broken, 'notes.txt': broken,
  })
  const host = await folder.open()
  expect(host.describe().modules.map(({ file }) => file)).toEqual(['plugins/a.ts'])
})

test('everything that is wrong is told at once, with file and line', async () => {
  expect(await refusalOf({
    'good.ts': 'export const columns = { a: { type: "integer" } }\nexport const check = () => null',
    'missing.ts': '\nimport { zzz } from "./lib/util.ts"\nexport const a = zzz',
    'nofile.ts': 'import { zzz } from "./nowhere.ts"\nexport const b = zzz',
    'syntax.ts': 'export const c = 1\nexport const d = (\n',
    'throws.ts': '\n\nthrow new Error("no licence")',
    'lib/util.ts': 'export const yyy = 1',
  })).toEqual([
    'plugins/missing.ts:2:10: No matching export in "lib/util.ts" for import "zzz"',
    'plugins/nofile.ts:1:21: Could not resolve: "./nowhere.ts"',
    'plugins/syntax.ts:2:19: Unexpected end of file',
    'plugins/throws.ts:3: no licence',
  ])
})

test('the same function, columns or queryDefaults in two plugins is refused', async () => {
  const both = 'export const columns = {}\nexport const queryDefaults = {}\nexport const check = () => null\n'
  expect(await refusalOf({
    'a.ts': `${both}export const extract = () => ({})`, 'b.ts': `${both}export const extract = () => ({})`,
  })).toEqual([
    'plugins/b.ts exports columns, and so does plugins/a.ts: one plugin may',
    'plugins/b.ts exports queryDefaults, and so does plugins/a.ts: one plugin may',
    'plugins/b.ts exports the function check, and so does plugins/a.ts: rename one of them',
  ])
})

test('columns that no table can have are refused', async () => {
  expect(await refusalOf({ 'a.ts': 'export const columns = { Start: { type: "datetime" }, id: { type: "integer" } }' })).toEqual([
    'plugins/a.ts: columns.Start is not a name for a column: lower-case letters, digits and _, not beginning with a digit',
    'plugins/a.ts: columns.id is a name that carbonation uses itself: choose another',
  ])
})

test('a plugin that never ends loading is refused, whether it waits or loops or leaves', async () => {
  expect(await refusalOf({ 'a.ts': 'await new Promise(() => {})' }, 200)).toEqual([
    'plugins/a.ts: it was not loaded within 0.2 s',
  ])
  expect(await refusalOf({ 'a.ts': 'export {}', 'b.ts': 'for (;;);' }, 200)).toEqual([
    'plugins/b.ts did not answer within 0.2 s',
  ])
  expect(await refusalOf({ 'a.ts': 'process.exit(4)' })).toEqual(['plugins/a.ts ended the plugin worker with exit code 4'])
})

test('what everyone may write is not run', async () => {
  await using folder = pluginFolder({ 'a.ts': 'export const one = () => 1' })
  const file = join(folder.directory, 'a.ts')
  chmodSync(file, 0o666)
  expect(await folder.refusal()).toEqual([`plugins/a.ts may be written by everyone: chmod o-w ${file}`])
  chmodSync(file, 0o644)
  chmodSync(folder.directory, 0o777)
  expect(await folder.refusal()).toEqual([`plugins may be written by everyone: chmod o-w ${folder.directory}`])
  chmodSync(folder.directory, 0o755)
  expect(await folder.refusal()).toEqual([])
})

test('a directory that is not there is refused', async () => {
  await using folder = pluginFolder({ 'a.ts': '' })
  rmSync(folder.directory, { recursive: true })
  expect(await folder.refusal()).toEqual([
    `the directory of plugins ${folder.directory} is not there: make it, or leave the table [plugins] out of config.toml`,
  ])
})

test('a plugin that is a link to nothing is refused by its own name', async () => {
  await using folder = pluginFolder({ 'a.ts': '' })
  symlinkSync('nowhere', join(folder.directory, 'b.ts'))
  expect(await folder.refusal()).toEqual([expect.stringContaining(`${join(folder.directory, 'b.ts')}: it is not there`)])
})

test('the virtual module wins over a package of the same name beside the plugin', async () => {
  await using folder = pluginFolder({
    'a.ts': 'import * as carbonation from "carbonation"\nexport const names = () => Object.keys(carbonation).join()',
    'node_modules/carbonation/index.js': 'export const evil = 1',
    'node_modules/carbonation/package.json': '{"name":"carbonation","main":"index.js"}',
  })
  const host = await folder.open()
  expect(await host.call({ module: null, name: 'names' }, [[]])).toEqual([''])
})

test('reloading picks up what a plugin imports, and the digest tells', async () => {
  await using folder = pluginFolder({
    'a.ts': 'import { n } from "./lib/n.ts"\nexport const value = () => n', 'lib/n.ts': 'export const n = 1',
  })
  const host = await folder.open()
  const ask = () => host.call({ module: null, name: 'value' }, [[]])
  const before = host.describe().digest
  expect(await ask()).toEqual([1])
  expect((await host.reload()).digest).toBe(before)
  folder.write({ 'lib/n.ts': 'export const n = 2' })
  expect(await ask()).toEqual([1])
  await host.reload()
  expect(await ask()).toEqual([2])
  expect(host.describe().digest).not.toBe(before)
})

test('a reload that is refused leaves the old plugins at work, and a mended one is taken', async () => {
  await using folder = pluginFolder({ 'a.ts': 'export const value = () => 1' })
  const host = await folder.open()
  folder.write({ 'a.ts': 'throw new Error("half an edit")' })
  expect(host.reload()).rejects.toBeInstanceOf(Fault)
  expect(await host.call({ module: null, name: 'value' }, [[]])).toEqual([1])
  folder.write({ 'a.ts': 'export const value = () => 3' })
  await host.reload()
  expect(await host.call({ module: null, name: 'value' }, [[]])).toEqual([3])
})

test('calls that were begun before a reload end under the old plugins', async () => {
  await using folder = pluginFolder({ 'a.ts': 'export const value = async () => { await Bun.sleep(150); return 1 }' })
  const host = await folder.open()
  const old = host.call({ module: null, name: 'value' }, [[]])
  folder.write({ 'a.ts': 'export const value = () => 2' })
  await host.reload()
  expect(await host.call({ module: null, name: 'value' }, [[]])).toEqual([2])
  expect(await old).toEqual([1])
})
