import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { archiveJson, archiveText, archiveTrouble } from '../../src/cli/reconcile-archive.ts'
import type { Columns } from '../../src/plugin/contract.ts'
import { reconcileArchive } from '../../src/service/reconcile-archive.ts'
import type { ArchiveOptions } from '../../src/service/archive-comparison.ts'
import { aWatch, pairs } from '../fakes/builders.ts'
import { broken, eventsOf, fakeService, type FakeService, type FakeServiceOptions } from '../fakes/service.ts'

const columns: Columns = { title: { type: 'string' } }
let service: FakeService
const open = async (more: FakeServiceOptions = {}) => {
  service = await fakeService({
    columns, plugins: { extract: (paths) => ({ title: paths.map((one) => service.tree.read(one)).join('+') }) }, ...more,
    rules: { completeness: pairs(), metadataModule: 'm', ...more.rules },
  })
}
beforeEach(() => open())
afterEach(async () => {
  expect(await broken(service)).toEqual([])
  await service.close()
})

const reconcile = async (more: Partial<ArchiveOptions> = {}, archives = service.parts.config.archives) => {
  const parts = await service.open()
  return service.clock.through(reconcileArchive(parts, {
    archives, rootOf: ({ basePath }) => basePath ?? '', paths: [], watch: null, dryRun: false, verify: false, columns,
    actor: 'ops: reconcile', signal: new AbortController().signal, onProgress: () => undefined, ...more,
  }))
}
const rows = (sql: string) => service.parts.sql.all(sql)
const a = { 'a.txt': 'one', 'a.json': '{}' }

describe('what the ledger knows', () => {
  test('is found, and registered no second time', async () => {
    await service.deliver(a)
    expect(archiveText(await reconcile())).toBe('found=2 created=0 missing=0 corrupt=0\n')
    expect(await rows('select count(*) as n from file_components')).toEqual([{ n: 2 }])
  })

  test('is missing as long as it is not there, with one note, and comes back with another', async () => {
    await service.deliver(a)
    service.tree.delete('/archive/alpha/a.txt')
    for (let times = 0; times < 2; times += 1) {
      const report = await reconcile()
      expect(archiveJson(report)).toBe('{"found":1,"created":0,"missing":1,"corrupt":0}\n')
      expect(archiveTrouble(report)).toBe('missing: /archive/alpha/a.txt\n')
      expect(await rows("select in_archive, status from file_components where filename = 'a.txt'")).toEqual([
        { in_archive: 0, status: 'archived' },
      ])
    }
    service.tree.write('/archive/alpha/a.txt', 'one')
    expect(archiveText(await reconcile())).toBe('found=2 created=0 missing=0 corrupt=0\n')
    expect((await eventsOf(service, 'a.txt')).slice(-2)).toEqual([
      'archived → archived (reconcile: it is missing in the archive main)',
      'archived → archived (reconcile: it is in the archive again)',
    ])
    expect(await rows("select in_archive from file_components where filename = 'a.txt'")).toEqual([{ in_archive: 1 }])
    expect(await rows("select distinct actor from events where stage = 'reconcile'")).toEqual([{ actor: 'ops: reconcile' }])
  })

  test('is missing where a link or a directory stands in its place', async () => {
    await service.deliver(a)
    for (const name of Object.keys(a)) service.tree.delete(`/archive/alpha/${name}`)
    service.tree.symlink('/archive/alpha/a.txt', '/in/a.txt')
    service.tree.mkdir('/archive/alpha/a.json')
    expect(archiveText(await reconcile())).toBe('found=0 created=0 missing=2 corrupt=0\n')
  })

  test('of another size is corrupt without reading; of the same size only --verify sees it', async () => {
    await service.deliver({ ...a, 'b.txt': 'two', 'b.json': '[]' })
    service.tree.write('/archive/alpha/a.txt', 'longer than it was')
    service.tree.write('/archive/alpha/b.txt', 'TWO')
    expect(archiveText(await reconcile())).toBe('found=4 created=0 missing=0 corrupt=1\n')
    expect(await rows('select count(verified_at) as n from file_components')).toEqual([{ n: 0 }])
    const report = await reconcile({ verify: true })
    expect(archiveText(report)).toBe('found=4 created=0 missing=0 corrupt=2\n')
    expect(archiveTrouble(report)).toBe('corrupt: /archive/alpha/a.txt\ncorrupt: /archive/alpha/b.txt\n')
    expect(await rows('select filename from file_components where verified_at is not null order by filename')).toEqual([
      { filename: 'a.json' }, { filename: 'b.json' },
    ])
    expect((await eventsOf(service, 'a.txt')).filter((one) => one.includes('reconcile'))).toEqual([
      'archived → archived (reconcile: in the archive it has 18 bytes, archived were 3)',
    ])
  })

  test('is not missing in an archive that is not the one it was', async () => {
    await service.deliver(a)
    service.tree.delete('/archive/alpha')
    service.destination.exchange()
    const report = await reconcile()
    expect(archiveJson(report)).toBe('{"found":0,"created":0,"missing":0,"corrupt":0}\n')
    expect(report.troubles).toBe(1)
    expect(archiveTrouble(report)).toContain('another disk than before: not mounted?')
  })
})

test('what lies on a part of the archive that is not mounted is not missing', async () => {
  await service.deliver(a)
  service.tree.write('/archive/.carbonation/parts/1', JSON.stringify('alpha'))
  service.tree.delete('/archive/alpha')
  service.tree.mkdir('/archive/alpha')
  const report = await reconcile()
  expect(archiveText(report)).toBe('found=0 created=0 missing=0 corrupt=0\n')
  expect(archiveTrouble(report)).toBe('/archive/alpha is not the file system that it was: not mounted?; mount it\n')
  service.tree.mkdir('/archive/alpha/.carbonation')
  expect(archiveText(await reconcile())).toBe('found=0 created=0 missing=2 corrupt=0\n')
})

describe('what the ledger does not know', () => {
  test('is adopted once: hashed, grouped, with its metadata, and without a place in the order of arrivals', async () => {
    service.tree.write('/archive/old/x.txt', 'text')
    service.tree.write('/archive/old/x.json', 'json')
    service.tree.write('/archive/.carbonation/archive-id', 'x')
    expect(archiveText(await reconcile())).toBe('found=0 created=2 missing=0 corrupt=0\n')
    expect(archiveText(await reconcile())).toBe('found=2 created=0 missing=0 corrupt=0\n')
    expect(await rows(
      'select watch_name, group_key, generation, complete, completed_seq, archive_name, archive_path, title from files',
    )).toEqual([{
      watch_name: 'w', group_key: 'old/x', generation: 1, complete: 1, completed_seq: null, archive_name: 'main',
      archive_path: '/archive/old/x.json', title: 'json+text',
    }])
    expect(await rows(
      `select filename, source_path, origin, role, archive_key, status, in_delivery, in_archive, sha256 from file_components
        where role = '.txt'`,
    )).toEqual([{
      filename: 'x.txt', source_path: null, origin: 'adopted', role: '.txt', archive_key: 'old/x.txt', status: 'archived',
      in_delivery: 0, in_archive: 1, sha256: '982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1',
    }])
    expect(await eventsOf(service, 'x.txt')).toEqual([
      'new → archived (reconcile: it stood in the archive main: adopted)',
    ])
  })

  test('joins the group that was adopted without it', async () => {
    service.tree.write('/archive/old/x.json', 'json')
    await reconcile()
    expect(await rows('select complete, title from files')).toEqual([{ complete: 0, title: 'json' }])
    service.tree.write('/archive/old/x.txt', 'text')
    expect(archiveText(await reconcile())).toBe('found=1 created=1 missing=0 corrupt=0\n')
    expect(await rows('select complete, title from files')).toEqual([{ complete: 1, title: 'json+text' }])
  })

  test('is registered once, though two look at the archive at once', async () => {
    service.tree.write('/archive/x.json', 'json')
    await reconcile()
    service.tree.write('/archive/x.txt', 'text')
    const reports = await Promise.all([reconcile(), reconcile()])
    expect(reports.map((one) => one.created).toSorted()).toEqual([0, 1])
    expect(await rows('select filename from file_components order by id')).toEqual([{ filename: 'x.json' }, { filename: 'x.txt' }])
  })

  test('is left for later while its group is being delivered', async () => {
    await service.close()
    await open({
      rules: { completeness: pairs({ groupBy: 'plugin', groupFunction: 'key' }) },
      plugins: { extract: () => ({}), functions: { key: () => 'g' } },
    })
    await service.deliver({ 'a.txt': 'one' })
    service.tree.write('/archive/x.json', 'json')
    const report = await reconcile()
    expect(archiveText(report)).toBe('found=0 created=0 missing=0 corrupt=0\n')
    expect(archiveTrouble(report)).toBe('1 unknown files are being archived just now: left for the next run\n')
    expect(await rows('select filename, status from file_components')).toEqual([{ filename: 'a.txt', status: 'waiting' }])
  })

  test('is adopted without metadata where the plugin fails, and that is told', async () => {
    await service.close()
    await open({ plugins: { extract: () => { throw new Error('no header') } } })
    service.tree.write('/archive/x.txt', 'text')
    const report = await reconcile()
    expect(archiveText(report)).toBe('found=0 created=1 missing=0 corrupt=0\n')
    expect(archiveTrouble(report)).toBe('x: file_model.ts:1: no header\n')
    expect(await rows('select metadata, title from files')).toEqual([{ metadata: null, title: null }])
  })

  test('is only counted in a dry run, which writes nothing', async () => {
    await service.deliver(a)
    service.tree.delete('/archive/alpha/a.txt')
    service.tree.write('/archive/x.txt', 'text')
    const before = await rows('select * from file_components')
    expect(archiveText(await reconcile({ dryRun: true }))).toBe('found=1 created=1 missing=1 corrupt=0\n')
    expect(await rows('select * from file_components')).toEqual(before)
    expect(await rows("select * from events where stage = 'reconcile'")).toEqual([])
  })

  test('is left alone while it stands in an open intent', async () => {
    service.tree.write('/archive/x.txt', 'text')
    service.tree.write('/archive/y.txt', 'text')
    service.tree.write('/archive/.carbonation/staging/run-1/1/intents-1', JSON.stringify([{ key: 'x.txt' }]))
    const report = await reconcile()
    expect(archiveText(report)).toBe('found=0 created=1 missing=0 corrupt=0\n')
    expect(archiveTrouble(report)).toBe('1 unknown files are being archived just now: left for the next run\n')
    expect(await rows('select filename from file_components')).toEqual([{ filename: 'y.txt' }])
  })

  test('is left alone when it is younger than intents that cannot be read whole', async () => {
    service.tree.write('/archive/old.txt', 'text')
    service.tree.write('/archive/.carbonation/staging/run-1/1/intents', '[{"key":"no en')
    service.tree.write('/archive/young.txt', 'text')
    await reconcile()
    expect(await rows('select filename from file_components')).toEqual([{ filename: 'old.txt' }])
  })

  test('is left alone where it is no regular file', async () => {
    service.tree.mkdir('/archive')
    service.tree.symlink('/archive/link', '/in')
    const report = await reconcile()
    expect(archiveText(report)).toBe('found=0 created=0 missing=0 corrupt=0\n')
    expect(archiveTrouble(report)).toBe('1 unknown names are no regular files: left alone\n')
  })

  test('needs to be told a watch where several feed the archive', async () => {
    const { watches } = service.parts.config
    Object.assign(service.parts.config, { watches: [...watches, aWatch({ name: 'v', path: '/in2' })] })
    service.tree.write('/archive/x.txt', 'text')
    const report = await reconcile()
    expect(archiveText(report)).toBe('found=0 created=0 missing=0 corrupt=0\n')
    expect(archiveTrouble(report)).toBe(
      'the archive main has files that the ledger does not know, and w, v feed it: nothing is adopted; say by --watch as whose delivery they count\n',
    )
    expect(archiveText(await reconcile({ watch: 'v' }))).toBe('found=0 created=1 missing=0 corrupt=0\n')
    expect(await rows('select watch_name from files')).toEqual([{ watch_name: 'v' }])
  })

  test('is not adopted where the archive was moved, since the ledger has it at its old place', async () => {
    await service.deliver(a)
    service.tree.delete('/archive')
    for (const [name, content] of Object.entries(a)) service.tree.write(`/moved/alpha/${name}`, content)
    const moved = service.parts.config.archives.map((one) => ({ ...one, basePath: '/moved' }))
    const report = await reconcile({}, moved)
    expect(report.created).toBe(0)
    expect(report.firstTroubles.map((one) => one.message)).toEqual([
      'the ledger has files of the archive main such as /archive/alpha/a.json, which is not below its base_path /moved: nothing is adopted',
    ])
  })
})

test('paths restrict what is compared', async () => {
  await service.deliver(a)
  service.tree.delete('/archive/alpha/a.txt')
  service.tree.write('/archive/old/x.txt', 'text')
  service.tree.write('/archive/old/y.txt', 'text')
  expect(archiveText(await reconcile({ paths: ['/archive/old/x.txt'] }))).toBe('found=0 created=1 missing=0 corrupt=0\n')
  expect(archiveText(await reconcile({ paths: ['/archive/alpha'] }))).toBe('found=1 created=0 missing=1 corrupt=0\n')
})
