import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { editorTypes } from '../../src/plugin/editor-types.ts'

const repository = join(import.meta.dir, '../..')
let directory = ''

setDefaultTimeout(60_000)

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'carbonation-editor-'))
  write('node_modules/carbonation/index.d.ts', editorTypes())
})
afterAll(() => rmSync(directory, { recursive: true }))

const write = (path: string, text: string) => {
  mkdirSync(dirname(join(directory, path)), { recursive: true })
  writeFileSync(join(directory, path), text)
}

/** What the compiler says of this text as a plugin. */
const complaints = (text: string): string => {
  write('plugin.ts', text)
  const { stdout } = Bun.spawnSync([
    join(repository, 'node_modules/.bin/tsc'), '--ignoreConfig', '--noEmit', '--strict', '--allowImportingTsExtensions',
    '--module', 'preserve', '--target', 'esnext', '--types', '', 'plugin.ts',
  ], { cwd: directory })
  return stdout.toString()
}

test('a plugin and a script are understood without anything installed', () => {
  expect(complaints(`
import { connect, queryFiles, session, type Columns, type MetadataOf } from 'carbonation'
export const columns = { start: { type: 'datetime' }, n: { type: 'bigint', index: true } } satisfies Columns
export async function extract(filePaths: string[]): Promise<MetadataOf<typeof columns>> {
  return { start: new Date(), n: 2n }
}
await using db = await connect('config.toml')
const rows: Record<string, unknown>[] = await db.queryFiles({ n_min: 3 }, { limit: 10 })
const count: number = await db.queryFiles({}, { countOnly: true })
const { cursor } = await db.getNewFiles(null, { watchName: 'in' })
const sql = await session('config.toml')
const names = await sql.transaction((tx) => tx<{ name: string }>\`SELECT name FROM files WHERE id = \${1}\`)
names[0]?.name.trim()
await queryFiles('config.toml', {}, { limit: 1 })
`)).toBe('')
})

test('a value of the wrong type and an unknown column type are told', () => {
  const told = complaints(`
import type { Columns, MetadataOf } from 'carbonation'
export const columns = { start: { type: 'datetime' } } satisfies Columns
export const extract = (): MetadataOf<typeof columns> => ({ start: 5 })
export const others = { n: { type: 'number' } } satisfies Columns
`)
  expect(told).toContain("error TS2322: Type 'number' is not assignable to type 'string | Date | null | undefined'")
  expect(told).toContain(`error TS2322: Type '"number"' is not assignable to type 'ColumnType'`)
})

test('the declarations and the contract say the same', () => {
  expect(complaints(`
import type * as Contract from ${JSON.stringify(join(repository, 'src/plugin/contract.ts'))}
import type * as Declared from 'carbonation'
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : never
type Every = { [T in Contract.ColumnType]: { type: T } }
export const same: [
  Same<Contract.ColumnType, Declared.ColumnType>,
  Same<Contract.Column, Declared.Column>,
  Same<Contract.Columns, Declared.Columns>,
  Same<Contract.QueryDefaults, Declared.QueryDefaults>,
  Same<Contract.MetadataOf<Every>, Declared.MetadataOf<Every>>,
] = [true, true, true, true, true]
`)).toBe('')
})
