import { describe, expect, test } from 'bun:test'
import type { CompletenessRule } from '../../src/config/rules.ts'
import { hour, minute, second } from '../../src/domain/time.ts'
import { completeness } from '../../src/pipeline/completeness.ts'
import { aComponent, aGroup, aKnownComponent, anArchivedComponent, pairs } from '../fakes/builders.ts'
import { startOfTime } from '../fakes/clock.ts'
import { decide, fakeWorld, standings, type FakeWorldOptions } from '../fakes/world.ts'

const world = (rule: Partial<CompletenessRule> = {}, more: FakeWorldOptions = {}) =>
  fakeWorld({ rules: { completeness: pairs(rule) }, ...more })
const late = { now: startOfTime + hour }

test('a file without completeness rules is a group of one', async () => {
  const { is, group } = await decide(completeness, aGroup(), fakeWorld())
  expect({ is, complete: group.complete }).toEqual({ is: 'go', complete: true })
})

test('a group is complete when every expected extension is there', async () => {
  const { is, group } = await decide(completeness, aGroup({ members: ['.txt', '.json', '.extra'] }), world())
  expect({ is, complete: group.complete, at: group.completedAt }).toEqual({ is: 'go', complete: true, at: startOfTime })
})

test('a group that lacks a member waits, and says for what and until when', async () => {
  const decision = await decide(completeness, aGroup(), world())
  expect([decision.is, ...standings(decision)]).toEqual(['rest', 'a.txt waiting: waiting for .json'])
  expect(decision.group.dueAt).toBe(startOfTime + hour)
})

test('one that waits for the same thing already is left as it is', async () => {
  const { group } = await decide(completeness, aGroup({ members: [aKnownComponent('/in/a.txt', 'waiting', { error: 'waiting for .json' })] }), world())
  expect(group.members[0]?.steps).toEqual([])
})

test('a member that is not valid does not count', async () => {
  const failed = aKnownComponent('/in/a.json', 'integrity_failed')
  expect((await decide(completeness, aGroup({ members: ['.txt', failed] }), world())).is).toBe('rest')
})

test('an archived member counts', async () => {
  expect((await decide(completeness, aGroup({ members: ['.txt', anArchivedComponent('/in/a.json')] }), world())).is).toBe('go')
})

test('a group with a member that is still settling is not complete', async () => {
  const decision = await decide(completeness, aGroup({ members: ['.txt', '.json'] }), world({}, { settling: ['/in/a.txt'] }))
  expect(standings(decision)[0]).toBe('a.txt waiting: a.txt is still settling')
  expect(decision.group.dueAt).toBe(startOfTime + hour)
})

test('a group that settles beyond its time does not become due at once', async () => {
  const { group } = await decide(completeness, aGroup({ members: ['.txt'] }), world({}, { ...late, settling: ['/in/a.json'] }))
  expect(group.dueAt).toBeGreaterThan(late.now)
})

test('a group in which nothing is open rests', async () => {
  expect((await decide(completeness, aGroup({ members: [anArchivedComponent('/in/a.txt')] }), world())).is).toBe('rest')
})

test('a member that is held for its checksum holds its group, and keeps its reason', async () => {
  const held = aComponent('/in/a.txt', { status: 'waiting', error: 'its checksum is not there yet', isHeld: true })
  const decision = await decide(completeness, aGroup({ members: [held, '.json'] }), world())
  expect(standings(decision)).toEqual(['a.txt waiting: its checksum is not there yet', 'a.json waiting: a member waits for its checksum'])
})

test('a group that was complete and lost a member is not complete any more', async () => {
  const members = [aKnownComponent('/in/a.txt', 'retry_pending'), aKnownComponent('/in/a.json', 'cleared')]
  const { group } = await decide(completeness, aGroup({ members, complete: true, completedAt: startOfTime }), world())
  expect(group).toMatchObject({ complete: false, completedAt: null })
})

test('a person may have an incomplete group archived', async () => {
  expect((await decide(completeness, aGroup({ releaseRequested: true }), world())).is).toBe('go')
})

describe('when time is out', () => {
  test('it counts from the first member', async () => {
    const young = aGroup({ createdAt: startOfTime + minute, lastArrivalAt: startOfTime })
    expect((await decide(completeness, young, world({ onTimeout: 'skip' }, late))).group.members[0]?.status).toBe('waiting')
    const old = aGroup({ lastArrivalAt: startOfTime + minute })
    expect((await decide(completeness, old, world({ onTimeout: 'skip' }, late))).group.members[0]?.status).toBe('timed_out')
  })

  test('warn says so once and waits on', async () => {
    const first = await decide(completeness, aGroup(), world({}, late))
    expect(standings(first)).toEqual(['a.txt waiting: not complete after 1h, waiting for .json'])
    expect(first.group).toMatchObject({ warnedAt: late.now, dueAt: null })
    const [member] = first.group.members
    const known = aKnownComponent('/in/a.txt', 'waiting', { error: member?.error ?? null })
    const again = await decide(completeness, aGroup({ members: [known], warnedAt: 7 }), world({}, late))
    expect(again.group).toMatchObject({ warnedAt: 7, members: [{ steps: [] }] })
  })

  test('skip gives its members up', async () => {
    const decision = await decide(completeness, aGroup(), world({ onTimeout: 'skip' }, late))
    expect(standings(decision)).toEqual(['a.txt timed_out: not complete after 1h, waiting for .json'])
  })

  test('archive_partial goes on with what is there', async () => {
    const { is, group } = await decide(completeness, aGroup(), world({ onTimeout: 'archive_partial' }, late))
    expect({ is, complete: group.complete }).toEqual({ is: 'go', complete: true })
  })
})

describe('a generation that was not delivered whole', () => {
  const json = anArchivedComponent('/in/a.json', { retryCount: 2 })
  const secondOne = (more = {}) => aGroup({ generation: 2, members: ['.txt'], previous: [json], ...more })

  test('waits while members of the one before may follow', async () => {
    const decision = await decide(completeness, secondOne(), world({}, { now: startOfTime + 19 * second }))
    expect(standings(decision)).toEqual(['a.txt waiting: delivered again; .json may follow'])
    expect(decision.group.dueAt).toBe(startOfTime + 20 * second)
  })

  test('takes them over once the whole key has been quiet', async () => {
    const { is, group } = await decide(completeness, secondOne(), world({}, { now: startOfTime + 20 * second }))
    expect(is).toBe('go')
    expect(group.members[1]).toMatchObject({
      id: null, origin: 'taken_over', status: 'detected', sha256: json.sha256, place: json.place, retryCount: 0,
      steps: [{ from: null, to: 'detected', detail: 'taken over from generation 1' }],
    })
  })

  test('takes nothing over while a file of its key settles', async () => {
    const { group } = await decide(completeness, secondOne(), world({}, { ...late, settling: ['/in/a.json'] }))
    expect(group.members).toHaveLength(1)
  })

  test('knows that the source of what it takes over is gone', async () => {
    const gone = secondOne({ previous: [{ ...json, fresh: null }] })
    expect((await decide(completeness, gone, world({}, late))).group.members[1]?.inDelivery).toBe(false)
  })
})
