import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { Fault } from '../../src/domain/fault.ts'
import { lookAtWatch } from '../../src/service/look.ts'
import { passLanes } from '../../src/service/pass-lanes.ts'
import { watchReports } from '../../src/store/watch-state.ts'
import { pairs } from '../fakes/builders.ts'
import { broken, fakeService, ledger, type FakeService } from '../fakes/service.ts'

let service: FakeService
beforeEach(async () => {
  service = await fakeService({ watch: { recursive: true }, rules: { completeness: pairs() } })
})
afterEach(async () => {
  expect(await broken(service)).toEqual([])
  await service.close()
})

const pair = (stem: string) => ({ [`${stem}.txt`]: stem, [`${stem}.json`]: stem })
const inDelivery = async () => {
  const rows = await service.parts.sql.all<{ filename: string }>(
    'select filename from file_components where in_delivery = 1 order by filename',
  )
  return rows.map((row) => row.filename)
}
const ownFileSystem = async () => (await watchReports(service.parts.sql)).get('w')?.fileSystem?.id

describe('a directory that is gone', () => {
  test('takes its files with it: archived ones keep their status, the others are cleared', async () => {
    await service.deliver({ ...pair('2026/a'), '2026/b.txt': 'b', 'c.txt': 'c' })
    service.tree.delete('/in/2026')
    await service.once()
    expect((await ledger(service)).toSorted()).toEqual([
      'a.json#1 archived', 'a.txt#1 archived', 'b.txt#1 cleared: it was removed before it was archived',
      'c.txt#1 waiting: waiting for .json',
    ])
    expect(await inDelivery()).toEqual(['c.txt'])
  })

  test('below one that cannot be read is not known to be gone', async () => {
    await service.deliver({ '2026/x/b.txt': 'b' })
    service.tree.delete('/in/2026/x')
    const parts = await service.open()
    const listSome: typeof parts.files.listSome = async ([directory = '']) =>
      [directory === '/in/2026' ? new Fault('cannot list /in/2026: permission denied') : await service.tree.list(directory)]
    const files = { ...service.tree, listSome }
    const lanes = passLanes(parts, new AbortController().signal)
    const watch = parts.config.watches[0]
    if (watch === undefined) throw new Error('no watch')
    const end = await lookAtWatch(watch, { ...parts, files }, { lanes, signal: new AbortController().signal })
    expect(end.vanished).toBe(0)
    expect(await inDelivery()).toEqual(['b.txt'])
  })

  test('is told from one that the watch does not enter any more', async () => {
    await service.deliver({ '2026/b.txt': 'b', '2026/c.txt': 'c' })
    service.tree.delete('/in/2026/c.txt')
    const parts = await service.open()
    const watches = parts.config.watches.map((one) => ({ ...one, recursive: false }))
    const flat = { ...parts, config: { ...parts.config, watches } }
    const signal = new AbortController().signal
    const lanes = passLanes(flat, signal)
    const [watch] = watches
    if (watch === undefined) throw new Error('no watch')
    const end = await lookAtWatch(watch, flat, { lanes, signal })
    expect(end.vanished).toBe(1)
    lanes.pump()
    await lanes.idle()
    expect(await inDelivery()).toEqual(['b.txt'])
  })
})

describe('among small directories that are looked at together', () => {
  test('a file is gone from its own, not from another with a file of that name', async () => {
    await service.deliver({ 'd0/b.txt': 'b', 'd1/b.txt': 'b', 'd2/b.txt': 'b' })
    service.tree.delete('/in/d1/b.txt')
    await service.once()
    const rows = await service.parts.sql.all('select source_path from file_components where in_delivery = 1 order by source_path')
    expect(rows).toEqual([{ source_path: '/in/d0/b.txt' }, { source_path: '/in/d2/b.txt' }])
  })

  test('those that lost most of their files are told all of them', async () => {
    const names = Array.from({ length: 1100 }, (_, index) => `d${index % 2}/f${index}`)
    await service.deliver(Object.fromEntries(names.flatMap((name) => [[`${name}.txt`, name], [`${name}.json`, name]])))
    for (const name of names.slice(10)) for (const end of ['.txt', '.json']) service.tree.delete(`/in/${name}${end}`)
    await service.once()
    expect((await inDelivery()).length).toBe(20)
  })
})

describe('while a directory is looked at', () => {
  /** A look at the watch, with something that happens right after its directory was listed. */
  const lookWhile = async (happens: () => Promise<unknown>) => {
    const parts = await service.open()
    const listSome: typeof parts.files.listSome = async (directories) => {
      const listings = await service.tree.listSome(directories)
      await happens()
      return listings
    }
    const [watch] = parts.config.watches
    if (watch === undefined) throw new Error('no watch')
    const { signal } = new AbortController()
    const lanes = passLanes(parts, signal)
    const end = await lookAtWatch(watch, { ...parts, files: { ...service.tree, listSome } }, { lanes, signal })
    lanes.pump()
    await lanes.idle()
    return end
  }

  test('a file that comes and is archived meanwhile is not taken for gone', async () => {
    await service.deliver(pair('a'))
    const { vanished } = await lookWhile(() => service.deliver(pair('b')))
    expect(vanished).toBe(0)
    expect(await inDelivery()).toEqual(['a.json', 'a.txt', 'b.json', 'b.txt'])
  })

  test('a file that is delivered again meanwhile is not taken for gone', async () => {
    await service.deliver({ ...pair('a'), ...pair('b') })
    service.tree.delete('/in/a.txt')
    service.tree.delete('/in/b.txt')
    const { vanished } = await lookWhile(async () => service.tree.write('/in/a.txt', 'again'))
    expect(vanished).toBe(1)
    expect(await inDelivery()).toEqual(['a.json', 'a.txt', 'b.json'])
  })
})

describe('an empty directory where a file system was mounted', () => {
  test('clears nothing, is a fault, and what was mounted is remembered', async () => {
    await service.deliver({ ...pair('a'), 'b.txt': 'b' })
    service.tree.remount('root:0')
    for (const name of ['a.txt', 'a.json', 'b.txt']) service.tree.delete(`/in/${name}`)
    for (let times = 0; times < 2; times += 1) {
      const { scans } = await service.once()
      expect(scans[0]?.end.fault?.message).toBe(
        'another file system than before stands at /in, without 3 files of before: not mounted?',
      )
      expect(await inDelivery()).toEqual(['a.json', 'a.txt', 'b.txt'])
      expect(await ownFileSystem()).toBe('f00d:1')
    }
  })

  test('is another matter where known files stand: the look after it marks what is gone', async () => {
    await service.deliver({ 'a.txt': 'a', 'b.txt': 'b' })
    service.tree.remount('new:1')
    service.tree.delete('/in/b.txt')
    await service.once()
    expect(await inDelivery()).toEqual(['a.txt', 'b.txt'])
    expect(await ownFileSystem()).toBe('new:1')
    await service.once()
    expect(await inDelivery()).toEqual(['a.txt'])
  })
})

test('most of a watch gone at once is not cleared, archived files apart', async () => {
  const files = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`w${index}.txt`, 'x']))
  await service.deliver({ ...files, ...pair('a') })
  for (const name of [...Object.keys(files), 'a.txt', 'a.json']) service.tree.delete(`/in/${name}`)
  const { scans } = await service.once()
  expect(scans[0]?.end.fault?.sentence).toBe(
    '150 of 150 files that are not archived vanished at once from /in: not mounted?; nothing is cleared; if they were removed, run "carbonation reconcile delivery --force"',
  )
  expect((await inDelivery()).length).toBe(150)
})
