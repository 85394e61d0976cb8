import { describe, expect, test } from 'bun:test'
import { Fault } from '../../src/domain/fault.ts'
import { hour, minute } from '../../src/domain/time.ts'
import { afterFault, retryDelay } from '../../src/service/retry.ts'
import { aComponent, aGroup, aKnownComponent, anArchivedComponent, aServiceConfig, anIdentity } from '../fakes/builders.ts'

const service = aServiceConfig({ retryDelayMs: 30 * minute, maxRetries: 3 })
const fault = new Fault('no header', { remedy: 'mend the plugin' })
const pending = (retryCount: number) => aKnownComponent('/in/a.txt', 'retry_pending', { retryCount, error: 'before' })

test('each attempt waits twice as long, a day at most', () => {
  expect([1, 2, 3, 6, 7, 60].map((attempt) => retryDelay(attempt, service) / minute)).toEqual([30, 60, 120, 960, 1440, 1440])
})

test('a group that met a fault is tried again, with its sentence and its time', () => {
  const group = afterFault(aGroup({ members: [aKnownComponent('/in/a.txt', 'waiting')] }), 'metadata', fault, 1000, service)
  expect(group).toMatchObject({
    dueAt: 1000 + 30 * minute, heldBy: null,
    members: [{
      status: 'retry_pending', retryCount: 1, nextRetryAt: 1000 + 30 * minute, error: 'no header; mend the plugin',
      steps: [{ from: 'waiting', to: 'retry_pending', stage: 'metadata', detail: 'no header; mend the plugin' }],
    }],
  })
})

test('members that came later share the attempts of their group', () => {
  const group = afterFault(aGroup({ members: [pending(2), aComponent('/in/a.json')] }), 'metadata', fault, 0, service)
  expect(group.members.map((one) => one.retryCount)).toEqual([3, 3])
  expect(group.dueAt).toBe(2 * hour)
})

test('once its retries are used up it has failed, and is not due any more', () => {
  const group = afterFault(aGroup({ members: [pending(3)] }), 'metadata', fault, 0, service)
  expect(group).toMatchObject({ dueAt: null, members: [{ status: 'failed', nextRetryAt: null, error: 'no header; mend the plugin' }] })
})

test('members that are decided about keep their status', () => {
  const members = [anArchivedComponent('/in/a.txt'), aKnownComponent('/in/a.bad', 'integrity_failed'), aComponent('/in/a.json')]
  const group = afterFault(aGroup({ members }), 'archive', fault, 0, service)
  expect(group.members.map((one) => one.status)).toEqual(['archived', 'integrity_failed', 'retry_pending'])
})

test('an archived file whose source cannot be read stays archived, is looked at again, and a note says why', () => {
  const member = anArchivedComponent('/in/a.txt', { fresh: anIdentity({ sizeBytes: 5 }) })
  const group = afterFault(aGroup({ members: [member] }), 'record', fault, 0, service)
  expect(group).toMatchObject({
    dueAt: 30 * minute, members: [{ status: 'archived', steps: [{ from: 'archived', to: 'archived', detail: 'no header; mend the plugin' }] }],
  })
})

describe('trouble of an archive as a whole', () => {
  const full = new Fault('the archive main is full', { archive: 'main' })

  test('holds the group without using up a retry', () => {
    const group = afterFault(aGroup({ members: [pending(3)] }), 'archive', full, 0, service)
    expect(group).toMatchObject({
      dueAt: null, heldBy: 'main', members: [{ status: 'retry_pending', retryCount: 3, nextRetryAt: null, error: 'the archive main is full' }],
    })
  })

  test('is told once: who is held for it already takes no further step', () => {
    const held = aKnownComponent('/in/a.txt', 'retry_pending', { error: 'the archive main is full' })
    expect(afterFault(aGroup({ members: [held] }), 'archive', full, 0, service).members[0]?.steps).toEqual([])
  })
})
