import { afterEach, beforeEach, expect, test } from 'bun:test'
import { extractText, extractTrouble } from '../../src/cli/extract.ts'
import type { Columns } from '../../src/plugin/contract.ts'
import { extractAgain, type ExtractOptions } from '../../src/service/extract-again.ts'
import { day } from '../../src/domain/time.ts'
import { fakeService, type FakeService } from '../fakes/service.ts'
import type { PluginTable } from '../fakes/plugins.ts'

const columns: Columns = { title: { type: 'string' } }
const plugins: PluginTable = {}
let service: FakeService
beforeEach(async () => {
  plugins.extract = (paths) => ({ title: paths.join() })
  service = await fakeService({ columns, plugins, rules: { metadataModule: 'm' } })
  await service.deliver({ 'a.txt': 'one', 'b.txt': 'two' })
})
afterEach(() => service.close())

const again = async (more: Partial<ExtractOptions> = {}) =>
  service.clock.through(extractAgain(await service.open(), {
    watchName: null, missing: false, since: null, columns, actor: 'ops: extract', signal: new AbortController().signal, ...more,
  }))
const titles = async () =>
  (await service.parts.sql.all<{ title: string | null }>('select title from files order by id')).map((one) => one.title)
const notes = () =>
  service.parts.sql.all("select from_status, to_status, detail, actor from events where stage = 'metadata'")

test('metadata is extracted from the archived bytes, though the sources are still there', async () => {
  expect(await titles()).toEqual(['/in/a.txt', '/in/b.txt'])
  expect(extractText(await again())).toBe('extracted metadata of 2 groups, 2 changed\n')
  expect(await titles()).toEqual(['/archive/alpha/a.txt', '/archive/alpha/b.txt'])
  expect(await notes()).toEqual(Array(2).fill({
    from_status: 'archived', to_status: 'archived', detail: 'metadata extracted again', actor: 'ops: extract',
  }))
})

test('a column that was empty is filled though the metadata is the same, and no note says otherwise', async () => {
  await again()
  await service.parts.sql.run('update files set title = null')
  await service.parts.sql.run('delete from events')
  expect(extractText(await again())).toBe('extracted metadata of 2 groups, 0 changed\n')
  expect(await titles()).toEqual(['/archive/alpha/a.txt', '/archive/alpha/b.txt'])
  expect(await notes()).toEqual([])
})

test('a group whose plugin fails keeps what it had, and is named', async () => {
  plugins.extract = ([path]) => {
    if (path?.includes('a.txt')) throw new Error('no header')
    return { title: 'new' }
  }
  const end = await again()
  expect(extractText(end)).toBe('extracted metadata of 1 groups, 1 changed\n')
  expect(extractTrouble(end)).toBe('w, a.txt: file_model.ts:1: no header\n1 groups keep what they had\n')
  expect(await titles()).toEqual(['/in/a.txt', 'new'])
})

test('--missing takes only groups without metadata', async () => {
  await service.parts.sql.run("update files set metadata = null, title = null where group_key = 'a.txt'")
  expect(extractText(await again({ missing: true }))).toBe('extracted metadata of 1 groups, 1 changed\n')
  expect(await titles()).toEqual(['/archive/alpha/a.txt', '/in/b.txt'])
})

test('--since takes only groups that were archived since then', async () => {
  await service.clock.advance(2 * day)
  await service.deliver({ 'c.txt': 'three' })
  await again({ since: service.clock.now() - day })
  expect(await titles()).toEqual(['/in/a.txt', '/in/b.txt', '/archive/alpha/c.txt'])
})

test('a file that is missing in the archive is not asked for', async () => {
  await service.parts.sql.run("update file_components set in_archive = 0 where filename = 'a.txt'")
  expect(extractText(await again())).toBe('extracted metadata of 1 groups, 1 changed\n')
})

test('a watch whose rules ask for no metadata is left alone', async () => {
  service.swap({ metadataModule: null })
  expect(extractText(await again())).toBe('extracted metadata of 0 groups, 0 changed\n')
  expect(await titles()).toEqual(['/in/a.txt', '/in/b.txt'])
})
