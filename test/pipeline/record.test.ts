import { describe, expect, test } from 'bun:test'
import { Fault } from '../../src/domain/fault.ts'
import { identityText } from '../../src/domain/identity.ts'
import { minute } from '../../src/domain/time.ts'
import { record } from '../../src/pipeline/record.ts'
import type { Inspection } from '../../src/world.ts'
import { aComponent, aGroup, aKnownComponent, anArchivedComponent, anIdentity } from '../fakes/builders.ts'
import { startOfTime } from '../fakes/clock.ts'
import { decide, fakeWorld, standings } from '../fakes/world.ts'

const path = '/in/a.txt'
const changed = anIdentity({ sizeBytes: 200, mtimeNs: '2000000' })
const touched = anIdentity({ ctimeNs: '2000000' })
const reads = (sha256: string, identity = touched): { inspections: Record<string, Inspection> } =>
  ({ inspections: { [path]: { is: 'read', identity, sha256 } } })
const archivedDigest = 'a'.repeat(64)

describe('a file that the ledger does not have', () => {
  test('is detected', async () => {
    const decision = await decide(record, aGroup())
    expect(standings(decision)).toEqual(['a.txt detected'])
    expect(decision.group.members[0]?.steps).toEqual([{ from: null, to: 'detected', stage: 'record', detail: null }])
  })

  test('is the arrival of its group', async () => {
    const decision = await decide(record, aGroup(), fakeWorld({ now: startOfTime + minute }))
    expect(decision.group.lastArrivalAt).toBe(startOfTime + minute)
  })

  test('brings back members that were given up or not wanted', async () => {
    const [late, unwanted] = [aKnownComponent('/in/a.json', 'timed_out'), aKnownComponent('/in/a.xml', 'not_selected', { id: 2 })]
    const decision = await decide(record, aGroup({ members: [late, unwanted, '.txt'] }))
    expect(standings(decision)).toEqual(['a.json detected', 'a.xml detected', 'a.txt detected'])
  })

  test('does not bring back what failed a check of its own', async () => {
    const failed = aKnownComponent('/in/a.json', 'integrity_failed', { error: 'too small' })
    expect(standings(await decide(record, aGroup({ members: [failed, '.txt'] })))[0]).toBe('a.json integrity_failed: too small')
  })

  test('brings back the file whose checksum it is', async () => {
    const failed = aKnownComponent(path, 'integrity_failed', { error: 'its SHA-256 is another' })
    const decision = await decide(record, aGroup({ members: [failed, '.txt.sha256'] }))
    expect(standings(decision)).toEqual(['a.txt detected', 'a.txt.sha256 detected'])
  })
})

describe('a file that the ledger has and that is not archived', () => {
  test('is left as it is where nobody looked, and where nothing changed', async () => {
    for (const more of [{}, { fresh: anIdentity() }]) {
      const { group } = await decide(record, aGroup({ members: [aKnownComponent(path, 'waiting', { error: 'for .json', ...more })] }))
      expect(group.members[0]).toMatchObject({ status: 'waiting', error: 'for .json', steps: [], touched: false })
    }
  })

  test.each(['integrity_failed', 'waiting', 'timed_out', 'not_selected', 'retry_pending', 'failed'] as const)(
    'is detected anew when its content changed, though it was %s', async (status) => {
      const member = aKnownComponent(path, status, { fresh: changed, retryCount: 2, sha256: archivedDigest, nextRetryAt: 5 })
      const { group } = await decide(record, aGroup({ members: [member] }))
      expect(group.members[0]).toMatchObject({
        status: 'detected', identity: changed, retryCount: 0, nextRetryAt: null, sha256: null, error: null,
      })
    },
  )

  test.each(['integrity_failed', 'waiting', 'timed_out', 'not_selected', 'retry_pending'] as const)(
    'is cleared when it is gone, though it was %s', async (status) => {
      const decision = await decide(record, aGroup({ members: [aKnownComponent(path, status, { fresh: null })] }))
      expect(standings(decision)).toEqual(['a.txt cleared: it was removed before it was archived'])
      expect(decision.group.members[0]?.inDelivery).toBe(false)
    },
  )

  test('stays failed when it is gone, and a note says so', async () => {
    const { group } = await decide(record, aGroup({ members: [aKnownComponent(path, 'failed', { fresh: null })] }))
    expect(group.members[0]).toMatchObject({ status: 'failed', inDelivery: false, steps: [{ from: 'failed', to: 'failed' }] })
  })

  test('is detected when its name comes back', async () => {
    const member = aKnownComponent(path, 'cleared', { fresh: anIdentity(), inDelivery: false })
    const { group } = await decide(record, aGroup({ members: [member] }))
    expect(group.members[0]).toMatchObject({ status: 'detected', inDelivery: true })
  })

  test('has the device number of this run, which another start may have changed', async () => {
    const fresh = anIdentity({ device: '2' })
    const { group } = await decide(record, aGroup({ members: [aKnownComponent(path, 'waiting', { fresh })] }))
    expect(group.members[0]).toMatchObject({ identity: fresh, steps: [], touched: false })
  })
})

describe('an archived file', () => {
  const archived = (more = {}) => aGroup({ id: 1, members: [anArchivedComponent(path, more)] })

  test('is not read where it stands as it was', async () => {
    const world = fakeWorld()
    await decide(record, archived({ fresh: anIdentity() }), world)
    expect(world.inspected).toEqual([])
  })

  test('whose inode or ctime moved is read, and refreshed in silence where its content is the same', async () => {
    const { group } = await decide(record, archived({ fresh: touched }), fakeWorld(reads(archivedDigest)))
    expect(group).toMatchObject({ generation: 1, members: [{ status: 'archived', identity: touched, steps: [], touched: true }] })
  })

  test('that comes back unchanged after it was moved away is in delivery again', async () => {
    const { group } = await decide(record, archived({ fresh: touched, inDelivery: false }), fakeWorld(reads(archivedDigest)))
    expect(group.members[0]).toMatchObject({ status: 'archived', inDelivery: true, steps: [] })
  })

  test('with other content opens a generation, which knows the one before', async () => {
    const decision = await decide(record, archived({ fresh: changed }), fakeWorld(reads('c'.repeat(64), changed)))
    expect(decision.is).toBe('go')
    expect(decision.group).toMatchObject({
      id: null, generation: 2, completedSeq: null,
      members: [{ id: null, status: 'detected', identity: changed, sha256: null }], previous: [{ status: 'archived' }],
    })
  })

  test('whose permissions alone changed so that nobody can read it stays as it is', async () => {
    const inspections: Record<string, Inspection> = { [path]: { is: 'unreadable', reason: 'permission denied' } }
    const { group } = await decide(record, archived({ fresh: touched }), fakeWorld({ inspections }))
    expect(group).toMatchObject({ generation: 1, members: [{ status: 'archived', steps: [] }] })
  })

  test('that is being written settles again', async () => {
    const later = anIdentity({ sizeBytes: 300, mtimeNs: '3000000' })
    for (const inspection of [{ is: 'read', identity: later, sha256: 'd'.repeat(64) }, { is: 'gone' }] as const) {
      const decision = await decide(record, archived({ fresh: changed }), fakeWorld({ inspections: { [path]: inspection } }))
      expect(decision).toMatchObject({ is: 'resettle', paths: [path] })
    }
  })

  test('that the disk cannot read is a fault of its group', async () => {
    const inspections: Record<string, Inspection> = { [path]: { is: 'fault', fault: new Fault('EIO') } }
    expect((await decide(record, archived({ fresh: changed }), fakeWorld({ inspections }))).is).toBe('fault')
  })

  test('whose source is removed stays archived, and a note says so', async () => {
    const { group } = await decide(record, archived({ fresh: null }))
    expect(group.members[0]).toMatchObject({ status: 'archived', inDelivery: false, steps: [{ detail: 'source removed' }] })
  })
})

describe('a new generation', () => {
  const world = fakeWorld(reads('c'.repeat(64), changed))
  const redelivered = anArchivedComponent(path, { fresh: changed })

  test('has the members that were not archived before, and not those that are gone', async () => {
    const failed = aKnownComponent('/in/a.json', 'failed', { id: 2, retryCount: 3, error: 'why' })
    const cleared = aKnownComponent('/in/a.xml', 'cleared', { id: 3, inDelivery: false })
    const { group } = await decide(record, aGroup({ id: 1, members: [redelivered, failed, cleared] }), world)
    expect(standings({ group })).toEqual(['a.txt detected', 'a.json detected'])
    expect(group.members[1]).toMatchObject({ id: null, retryCount: 0, error: null })
  })

  test('has an unchanged member that was delivered again at the same time', async () => {
    const json = anArchivedComponent('/in/a.json', { id: 2, fresh: touched, inDelivery: false })
    const both = fakeWorld({ inspections: {
      [path]: { is: 'read', identity: changed, sha256: 'c'.repeat(64) },
      '/in/a.json': { is: 'read', identity: touched, sha256: archivedDigest },
    } })
    const { group } = await decide(record, aGroup({ id: 1, members: [redelivered, json] }), both)
    expect(standings({ group })).toEqual(['a.txt detected', 'a.json detected'])
  })

  test('leaves out what was not delivered again', async () => {
    const json = anArchivedComponent('/in/a.json', { id: 2 })
    const { group } = await decide(record, aGroup({ id: 1, members: [redelivered, json] }), world)
    expect(standings({ group })).toEqual(['a.txt detected'])
    expect(group.previous.map((one) => one.path)).toEqual([path, '/in/a.json'])
  })

  test('gets a member of the one before as soon as that is delivered again, and its quiet begins anew', async () => {
    const json = anArchivedComponent('/in/a.json', { id: 2, fresh: changed })
    const later = fakeWorld({
      now: startOfTime + minute, inspections: { '/in/a.json': { is: 'read', identity: changed, sha256: archivedDigest } },
    })
    const second = aGroup({ id: 2, generation: 2, members: [aKnownComponent(path, 'waiting')], previous: [json] })
    const { group } = await decide(record, second, later)
    expect(standings({ group })).toEqual(['a.txt waiting', 'a.json detected'])
    expect(group.lastArrivalAt).toBe(startOfTime + minute)
  })
})

describe('where the policy is to ignore', () => {
  const ignoring = { ...reads('c'.repeat(64), changed), watch: { onRedelivery: 'ignore' } } as const

  test('the row remembers what it last saw apart from what it archived', async () => {
    const { group } = await decide(record, aGroup({ id: 1, members: [anArchivedComponent(path, { fresh: changed })] }), fakeWorld(ignoring))
    expect(group).toMatchObject({
      generation: 1, members: [{ status: 'archived', identity: anIdentity(), seen: identityText(changed), steps: [{ to: 'archived' }] }],
    })
  })

  test('the same sight makes no second note', async () => {
    const member = anArchivedComponent(path, { fresh: changed, seen: identityText(changed) })
    const { group } = await decide(record, aGroup({ id: 1, members: [member] }), fakeWorld(ignoring))
    expect(group.members[0]?.steps).toEqual([])
  })

  test('other members go on', async () => {
    const members = [anArchivedComponent(path, { fresh: changed }), aComponent('/in/a.xml')]
    expect((await decide(record, aGroup({ id: 1, members }), fakeWorld(ignoring))).is).toBe('go')
  })
})
