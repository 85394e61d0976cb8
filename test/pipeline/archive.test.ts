import { describe, expect, test } from 'bun:test'
import { Fault } from '../../src/domain/fault.ts'
import { archive } from '../../src/pipeline/archive.ts'
import type { PutResult } from '../../src/world.ts'
import { aComponent, aGroup, aKnownComponent, anArchive, anArchivedComponent, pairs } from '../fakes/builders.ts'
import { decide, fakeWorld, standings, type FakeWorldOptions } from '../fakes/world.ts'

const group = (more: Parameters<typeof aGroup>[0] = {}) => aGroup({ archiveName: 'main', metadata: {}, ...more })
const put = async (one = group(), options: FakeWorldOptions = {}) => {
  const world = fakeWorld(options)
  const decision = await decide(archive, one, world)
  return { decision, asked: world.puts[0] }
}
const to = (destination: string, more = {}): FakeWorldOptions => ({ archives: [anArchive({ destination, ...more })] })

test('every member is archived, with its digest, its place and the receipt', async () => {
  const { decision } = await put(group({ members: ['.txt', '.json'] }))
  expect(standings(decision)).toEqual(['a.txt archived', 'a.json archived'])
  expect(decision.group).toMatchObject({
    receipt: { archive: 'main', id: 'put-1' }, dueAt: null,
    members: [{ sha256: 'b'.repeat(64), place: { archive: 'main', key: 'alpha/a.txt', path: '/archive/alpha/a.txt' } }, {}],
  })
})

test('members that are archived already are not put again, and those that failed neither', async () => {
  const members = [anArchivedComponent('/in/a.txt'), aKnownComponent('/in/a.bad', 'integrity_failed'), aComponent('/in/a.json')]
  const { decision, asked } = await put(group({ members, number: 3 }))
  expect(asked?.members.map((one) => one.source)).toEqual(['/in/a.json'])
  expect(asked?.number).toBe(3)
  expect(standings(decision)).toEqual(['a.txt archived', 'a.bad integrity_failed', 'a.json archived'])
})

describe('the directory', () => {
  test('is made of the metadata and a few facts', async () => {
    const own = group({ metadata: { category: 'alpha', start: '2026-03-04T05:06:07Z' }, fileType: 'signal', generation: 2, key: 'd/a' })
    const template = '{category}/{start:%Y%m%d}/{watch_name}-{file_type}-{group_key}-{generation}-{detected_at:%Y}'
    expect((await put(own, to(template))).asked?.directory).toBe('alpha/20260304/w-signal-a-2-2026')
  })

  test('without a base path lies below the literal begin of the template', async () => {
    const own = group({ metadata: { category: 'alpha' } })
    expect((await put(own, to('/data/keep/{category}', { basePath: null }))).asked?.directory).toBe('alpha')
  })

  test.each([['{nothing}', 'nothing'], ['{empty}', 'empty']])('%s is a fault of its group', async (template, what) => {
    const { decision, asked } = await put(group({ metadata: { empty: '' } }), to(template))
    expect(decision.is === 'fault' ? decision.fault.message : decision.is).toContain(what)
    expect(asked).toBeUndefined()
  })

  test('never leads out of the archive', async () => {
    const { decision } = await put(group({ metadata: { category: '../../etc' } }), to('{category}'))
    expect(decision.is).toBe('fault')
  })
})

describe('a name', () => {
  test('is parted before the extension of the group, so that sets keep sharing it', async () => {
    const { asked } = await put(group({ members: [aComponent('/in/a.prj.xml', { extension: '.prj.xml' })] }))
    expect(asked?.members[0]).toMatchObject({ stem: 'a', extension: '.prj.xml' })
  })

  test('of a group of one is parted before its suffix', async () => {
    const { asked } = await put(group({ members: [aComponent('/in/a.tar.gz', { extension: '' })] }))
    expect(asked?.members[0]).toMatchObject({ stem: 'a.tar', extension: '.gz' })
  })

  test('of the primary extension is marked', async () => {
    const { asked } = await put(group({ members: ['.txt', '.json'] }), { rules: { completeness: pairs() } })
    expect(asked?.members.map((one) => one.primary)).toEqual([false, true])
  })
})

describe('what was taken over', () => {
  const takenOver = (inDelivery: boolean) =>
    anArchivedComponent('/in/a.json', { status: 'detected', origin: 'taken_over', inDelivery })

  test('comes from the archive once its source is gone', async () => {
    const { asked } = await put(group({ members: [takenOver(false)] }))
    expect(asked?.members[0]).toMatchObject({ source: '/archive/alpha/a.json', fromArchive: true, stem: 'a', extension: '.json' })
  })

  test('comes from its source while that is there', async () => {
    const { asked } = await put(group({ members: [takenOver(true)] }))
    expect(asked?.members[0]).toMatchObject({ source: '/in/a.json', fromArchive: false })
  })
})

test('only where the policy is to replace does a put hear of the generation before', async () => {
  const second = group({ generation: 2, previous: [anArchivedComponent('/in/a.txt')] })
  expect((await put(second)).asked?.replaces).toEqual([])
  const { asked, decision } = await put(second, { watch: { onRedelivery: 'replace' } })
  expect(asked?.replaces).toEqual([{ key: 'alpha/a.txt', sha256: 'a'.repeat(64) }])
  expect(decision.group.supersedes).toBe(true)
})

test('an event names the stranger; the own generation before is none', async () => {
  const beside = (stranger: string): FakeWorldOptions => ({
    put: (): PutResult => ({
      is: 'stored', number: 2, stranger, members: [{ key: 'alpha/a~2.txt', path: '/archive/alpha/a~2.txt', sha256: 'b', sizeBytes: 1 }],
    }),
  })
  const { decision } = await put(group(), beside('/archive/alpha/a.txt'))
  expect(decision.group.number).toBe(2)
  expect(decision.group.members[0]?.steps.map((one) => one.detail)).toContain('/archive/alpha/a.txt stood there: stored beside it')
  const own = await put(group({ generation: 2, previous: [anArchivedComponent('/in/a.txt')] }), beside('/archive/alpha/a.txt'))
  expect(own.decision.group.members[0]?.steps.map((one) => one.detail)).toEqual([null])
})

test('a source that changed settles again', async () => {
  const { decision } = await put(group(), { put: () => ({ is: 'changed', paths: ['/in/a.txt'] }) })
  expect(decision).toMatchObject({ is: 'resettle', paths: ['/in/a.txt'] })
})

test('what the archive refuses is a fault of that group alone', async () => {
  const world = fakeWorld({ put: (one) => (one.groupKey === 'b' ? { is: 'fault', fault: new Fault('full') } : { is: 'stored', number: 1, stranger: null, members: [{ key: 'k', path: 'p', sha256: 's', sizeBytes: 1 }] }) })
  const decisions = await Promise.all(archive.run([group(), group({ key: 'b' })], world))
  expect(decisions.map((one) => one.is)).toEqual(['go', 'fault'])
})

test('a group whose archive the config does not have is a fault', async () => {
  expect((await put(group({ archiveName: 'gone' }))).decision.is).toBe('fault')
})

test('what was to be tried again is not any more', async () => {
  const member = aKnownComponent('/in/a.txt', 'retry_pending', { nextRetryAt: 5, retryCount: 1, error: 'was full' })
  const { decision } = await put(group({ members: [member] }))
  expect(decision.group.members[0]).toMatchObject({ status: 'archived', nextRetryAt: null, error: null })
})
