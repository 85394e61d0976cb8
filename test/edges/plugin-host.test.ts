import { expect, setDefaultTimeout, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openPlugins } from '../../src/edges/plugin-host.ts'
import { plain, pluginFolder, told, until } from './plugin-folder.ts'

// Threads start slowly on a busy machine.
setDefaultTimeout(30_000)

const fileModel = `
import type { Columns, MetadataOf } from 'carbonation'
import { readFile } from 'node:fs/promises'
import { upper } from './lib/text.ts'
enum Kind { Plain = 'plain' }
export const columns = {
  start: { type: 'datetime' }, category: { type: 'string', index: true }, size: { type: 'bigint' }, more: { type: 'json' },
} satisfies Columns
export const queryDefaults = { orderBy: '-start', limit: 50 }
export async function extract(filePaths: string[]): Promise<MetadataOf<typeof columns>> {
  const json = filePaths.find((path) => path.endsWith('.json'))
  if (json === undefined) throw new Error('no .json among ' + filePaths.length)
  const data = JSON.parse(await readFile(json, 'utf8'))
  return { start: new Date(data.start), category: upper(data.category), size: 2n ** 60n, more: { kind: Kind.Plain } }
}
export const stemOf = (filePath: string) => (filePath.includes('_') ? filePath.split('_')[0] : null)
export const takes = (metadata: { more: { kind: string } }, kwargs: { want: string }) => metadata.more.kind === kwargs.want
`
const good = { 'file_model.ts': fileModel, 'lib/text.ts': 'export const upper = (text: string) => text.toUpperCase()' }

test('a plugin gives columns, defaults, functions and the values of its columns', async () => {
  await using folder = pluginFolder(good)
  const json = join(folder.directory, 'a.json')
  writeFileSync(json, '{"start":"2026-11-21T10:00:00+01:00","category":"alpha"}')
  const host = await folder.open()
  const { columns, queryDefaults, modules, digest, files } = host.describe()
  expect(columns['category']).toEqual({ type: 'string', index: true })
  expect(Object.keys(columns)).toEqual(['start', 'category', 'size', 'more'])
  expect(queryDefaults).toEqual({ orderBy: '-start', limit: 50 })
  expect(modules).toEqual([
    { name: 'file_model', file: 'plugins/file_model.ts', functions: ['stemOf', 'takes'], hasExtract: true },
  ])
  expect(digest).toMatch(/^[0-9a-f]{64}$/)
  expect(files).toEqual([join(folder.directory, 'file_model.ts'), join(folder.directory, 'lib/text.ts')])
  expect(await host.extract('file_model', [[json, '/in/a.txt']])).toEqual([
    { start: '2026-11-21T09:00:00.000Z', category: 'ALPHA', size: 2n ** 60n, more: { kind: 'plain' } },
  ])
})

test('functions get their arguments as they are', async () => {
  await using folder = pluginFolder(good)
  const host = await folder.open()
  expect(await host.call({ module: null, name: 'stemOf' }, [['/in/a_1'], ['/in/b']])).toEqual(['/in/a', null])
  const metadata = { more: { kind: 'plain' } }
  expect(await host.call({ module: 'file_model', name: 'takes' }, [
    [metadata, { want: 'plain' }], [metadata, { want: 'other' }],
  ])).toEqual([true, false])
})

test('many calls at once are answered in their order', async () => {
  await using folder = pluginFolder({
    'a.ts': 'export const slowly = async (n: number) => { if (n % 7 === 0) await Bun.sleep(1); return n }',
  })
  const host = await folder.open()
  const numbers = Array.from({ length: 3000 }, (_, n) => n)
  expect(await host.call({ module: null, name: 'slowly' }, numbers.map((n) => [n]))).toEqual(numbers)
})

test('what rules name and no plugin has is a fault that says what there is', async () => {
  await using folder = pluginFolder({ ...good, 'other.ts': 'export const route = () => null' })
  const host = await folder.open()
  const [unknown] = await host.call({ module: null, name: 'rout' }, [[]])
  expect(told(unknown)).toBe('no plugin exports the function rout; there are stemOf, takes, route')
  expect(await host.call({ module: 'other', name: 'takes' }, [[]])).toMatchObject([{ name: 'Fault' }])
  expect(plain(await host.extract('nope', [['/in/a']]))).toEqual([`fault: there is no plugin nope.ts in ${folder.directory}`])
  expect(plain(await host.extract('other', [['/in/a']]))).toEqual(['fault: plugins/other.ts exports no extract'])
})

test('a path that is not UTF-8 costs its own call', async () => {
  await using folder = pluginFolder({
    'a.ts': 'export const columns = { n: { type: "integer" } }\n'
      + 'export const extract = (paths: string[]) => ({ n: paths.length })\nexport const check = (path: string) => path',
  })
  const host = await folder.open()
  expect(plain(await host.extract('a', [['/in/ok'], ['/in/ok', '/in/b\udcff.txt']]))).toEqual([
    { n: 1 }, 'fault: /in/b\\xff.txt: its name is not UTF-8; plugins get paths as text',
  ])
  expect(plain(await host.call({ module: null, name: 'check' }, [['/in/b\udcff.txt']]))).toEqual([
    'fault: /in/b\\xff.txt: its name is not UTF-8; plugins get paths as text',
  ])
})

test('what plugins print goes where it was told to, never to stdout', async () => {
  await using folder = pluginFolder({
    'a.ts': 'console.log("loading", { a: 1 })\nexport const say = (text: string) => { console.log(text); console.table([1]);'
      + ' process.stdout.write("raw\\n"); console.error("err"); return text }',
  })
  const host = await folder.open()
  expect(await host.call({ module: null, name: 'say' }, [['hello']])).toEqual(['hello'])
  const text = folder.printed.join('')
  for (const part of ['loading { a: 1 }\n', 'hello\n', '│', 'raw\n', 'err\n']) expect(text).toContain(part)
})

test('a plugin that prints without end does not fill the memory', async () => {
  await using folder = pluginFolder({
    'a.ts': 'export const shout = () => { for (let i = 0; i < 5000; i++) console.log("x"); return 1 }',
  })
  const host = await folder.open()
  await host.call({ module: null, name: 'shout' }, [[]])
  await until(() => folder.printed.includes('… 4000 more lines were printed\n'))
  expect(folder.printed).toHaveLength(1001)
})

test('an answer that is too large or no plain value is a fault', async () => {
  await using folder = pluginFolder({
    'a.ts': 'export const large = (n: number) => "x".repeat(n)\nexport const odd = () => () => 1\n'
      + 'export const list = () => [1, { a: new Date(0) }]',
  })
  const host = await folder.open()
  const [large, small] = await host.call({ module: null, name: 'large' }, [[9 * 1024 * 1024], [3]])
  expect(told(large)).toBe('plugins/a.ts large: it gave 18874368 bytes; an answer is a plain value of at most 16 MiB')
  expect(small).toBe('xxx')
  expect(plain(await host.call({ module: null, name: 'odd' }, [[]]))).toEqual([
    'fault: plugins/a.ts odd: it gave something that is no plain value',
  ])
  expect(await host.call({ module: null, name: 'list' }, [[]])).toEqual([[1, { a: new Date(0) }]])
})

test('without a directory there are no columns, and a rule that names a plugin is told so', async () => {
  const host = await openPlugins({ directory: null, timeoutMs: 1000 })
  expect(host.describe().columns).toEqual({})
  expect(plain(await host.call({ module: null, name: 'takes' }, [[], []]))).toEqual(
    Array(2).fill('fault: a rule names the plugin function takes, and there are no plugins'))
  expect(plain(await host.extract('file_model', [['/in/a']]))).toEqual([
    'fault: a rule names the plugin file_model, and there are no plugins',
  ])
  host.close()
})

test('closing answers what is still asked with a fault', async () => {
  await using folder = pluginFolder({ 'a.ts': 'export const never = () => new Promise(() => {})' })
  const host = await folder.open()
  const asked = host.call({ module: null, name: 'never' }, [[], []])
  host.close()
  const closed = 'fault: the plugins were closed before this was answered'
  expect(plain(await asked)).toEqual([closed, closed])
  expect(plain(await host.call({ module: null, name: 'never' }, [[]]))).toEqual([closed])
})
