import { describe, expect, test } from 'bun:test'
import type { IntegrityCheck } from '../../src/config/rules.ts'
import type { Component } from '../../src/domain/component.ts'
import { Fault } from '../../src/domain/fault.ts'
import { integrity } from '../../src/pipeline/integrity.ts'
import type { Inspection } from '../../src/world.ts'
import { aComponent, aGroup, aKnownComponent, anArchivedComponent, anIdentity } from '../fakes/builders.ts'
import { decide, fakeWorld, standings, type FakeWorldOptions } from '../fakes/world.ts'

const path = '/in/a.txt'
const digest = 'e'.repeat(64)
const isRead: Inspection = { is: 'read', identity: anIdentity(), sha256: digest }
const world = (checks: readonly IntegrityCheck[] = [], more: FakeWorldOptions = {}) =>
  fakeWorld({ rules: { integrity: checks }, inspections: { [path]: isRead }, ...more })
const one = (member: Component = aComponent()) => aGroup({ members: [member] })

test('a file that can be read goes on', async () => {
  const decision = await decide(integrity, one(), world())
  expect([decision.is, ...standings(decision)]).toEqual(['go', 'a.txt detected'])
})

test('what permissions refuse has failed, with the reason', async () => {
  const refused = world([], { inspections: { [path]: { is: 'unreadable', reason: 'permission denied' } } })
  expect(standings(await decide(integrity, one(), refused))).toEqual(['a.txt integrity_failed: permission denied'])
})

test('what the system reports as broken is a fault', async () => {
  const broken = world([], { inspections: { [path]: { is: 'fault', fault: new Fault('EIO') } } })
  expect((await decide(integrity, one(), broken)).is).toBe('fault')
})

test('a file that changed since it was seen, or went away, settles again', async () => {
  for (const inspection of [{ is: 'gone' }, { is: 'read', identity: anIdentity({ mtimeNs: '9' }) }] as const) {
    const decision = await decide(integrity, one(), world([], { inspections: { [path]: inspection } }))
    expect(decision).toMatchObject({ is: 'resettle', paths: [path] })
  }
})

test('a file on another device than in this run settles again; the number of an earlier run counts for nothing', async () => {
  const moved = world([], { inspections: { [path]: { is: 'read', identity: anIdentity({ device: '2' }) } } })
  expect((await decide(integrity, one(), moved)).is).toBe('resettle')
  const { is, group } = await decide(integrity, one(aKnownComponent(path, 'waiting')), moved)
  expect([is, group.members[0]?.identity.device]).toEqual(['go', '2'])
})

test('a file that still settles is not read', async () => {
  const settling = world([], { settling: [path] })
  expect((await decide(integrity, one(), settling)).is).toBe('go')
  expect(settling.inspected).toEqual([])
})

test('what was taken over, with its source gone, is not looked for', async () => {
  const kept = anArchivedComponent('/in/a.json', { status: 'waiting', before: 'waiting', origin: 'taken_over', inDelivery: false })
  const own = world()
  expect((await decide(integrity, aGroup({ members: [kept, aComponent()] }), own)).is).toBe('go')
  expect(own.inspected).toEqual([path])
})

test('members that have been decided about are not read', async () => {
  const own = world()
  await decide(integrity, aGroup({ members: [anArchivedComponent(path)] }), own)
  expect(own.inspected).toEqual([])
})

describe('a check of the size', () => {
  test.each([
    [{ type: 'min_size', bytes: 100 }, 'a.txt detected'],
    [{ type: 'min_size', bytes: 101 }, 'a.txt integrity_failed: too small: 100 bytes, min_size is 101'],
    [{ type: 'max_size', bytes: 100 }, 'a.txt detected'],
    [{ type: 'max_size', bytes: 99 }, 'a.txt integrity_failed: too large: 100 bytes, max_size is 99'],
  ] as const)('%j: %s', async (check, expected) => {
    expect(standings(await decide(integrity, one(), world([check])))).toEqual([expected])
  })
})

describe('a check by a plugin', () => {
  const check: IntegrityCheck = { type: 'plugin', function: 'check' }
  const by = (answer: () => unknown) => world([check], { plugins: { functions: { check: answer } } })

  test.each([[null, 'a.txt detected'], [undefined, 'a.txt detected'], ['it is dim', 'a.txt integrity_failed: it is dim']])(
    'that gives %j: %s', async (answer, expected) => {
      expect(standings(await decide(integrity, one(), by(() => answer)))).toEqual([expected])
    },
  )

  test('that throws is a fault of its group', async () => {
    const thrown = by(() => {
      throw new Error('no such lamp')
    })
    const decision = await decide(integrity, one(), thrown)
    expect(decision.is === 'fault' ? decision.fault.message : decision.is).toContain('no such lamp')
  })
})

describe('a check of the checksum', () => {
  const checks: readonly IntegrityCheck[] = [{ type: 'checksum', algorithm: 'sha256' }]
  const sidecar = (text: string): FakeWorldOptions => ({
    inspections: { [path]: isRead, [`${path}.sha256`]: { is: 'read', identity: anIdentity(), text, sha256: 'f'.repeat(64) } },
  })
  const pair = () => aGroup({ members: [aComponent(), aComponent(`${path}.sha256`, { extension: '.txt.sha256' })] })

  test('waits for its sidecar, and is held however often it is asked', async () => {
    const first = await decide(integrity, one(), world(checks))
    expect(standings(first)).toEqual(['a.txt waiting: its checksum a.txt.sha256 is not there yet'])
    const waiting = aKnownComponent(path, 'waiting', { error: 'its checksum a.txt.sha256 is not there yet' })
    const { group } = await decide(integrity, one(waiting), world(checks))
    expect(group.members[0]).toMatchObject({ status: 'waiting', steps: [], isHeld: true })
  })

  test('passes where the digests are the same, and keeps the digest', async () => {
    const decision = await decide(integrity, pair(), world(checks, sidecar(`${digest}  a.txt\n`)))
    expect(standings(decision)).toEqual(['a.txt detected', 'a.txt.sha256 detected'])
    expect(decision.group.members[0]).toMatchObject({ sha256: digest })
  })

  test('fails only where they differ, and names both', async () => {
    const [failed] = standings(await decide(integrity, pair(), world(checks, sidecar(`${'0'.repeat(64)}  a.txt\n`))))
    expect(failed).toBe(`a.txt integrity_failed: its SHA-256 is ${digest}, a.txt.sha256 says ${'0'.repeat(64)}`)
  })

  test('fails where the sidecar is no sidecar', async () => {
    const [failed] = standings(await decide(integrity, pair(), world(checks, sidecar('hello'))))
    expect(failed).toStartWith('a.txt integrity_failed: a.txt.sha256: ')
  })
})

test('a checksum waits as long as its file is not in order, and does not go alone', async () => {
  const failed = aKnownComponent(path, 'integrity_failed', { error: 'its SHA-256 is another' })
  const sidecar = aComponent(`${path}.sha256`, { extension: '.txt.sha256' })
  const own = world([{ type: 'checksum', algorithm: 'sha256' }], { inspections: { [sidecar.path]: isRead } })
  const decision = await decide(integrity, aGroup({ members: [failed, sidecar] }), own)
  expect(standings(decision)[1]).toBe('a.txt.sha256 waiting: a.txt, whose checksum it is, is integrity_failed')
  expect(decision.group.members[1]?.isHeld).toBe(true)
})

test('a check for MD5 reads a sidecar .md5, and compares with the MD5 of the file', async () => {
  const md5 = 'd'.repeat(32)
  const sidecar = aComponent(`${path}.md5`, { extension: '.txt.md5' })
  const pair = aGroup({ members: [aComponent(), sidecar] })
  const own = (text: string) => world([{ type: 'checksum', algorithm: 'md5' }], {
    inspections: { [path]: { is: 'read', identity: anIdentity(), md5 }, [sidecar.path]: { ...isRead, text } },
  })
  for (const text of [`${md5}  a.txt\n`, `MD5 (a.txt) = ${md5}\r\n`]) {
    const { is, group } = await decide(integrity, pair, own(text))
    expect([is, group.members[0]?.status, group.members[0]?.sha256]).toEqual(['go', 'detected', null])
  }
  const [failed] = standings(await decide(integrity, pair, own(`${'0'.repeat(32)}  a.txt\n`)))
  expect(failed).toBe(`a.txt integrity_failed: its MD5 is ${md5}, a.txt.md5 says ${'0'.repeat(32)}`)
  const [malformed] = standings(await decide(integrity, pair, own(`${digest}  a.txt\n`)))
  expect(malformed).toBe('a.txt integrity_failed: a.txt.md5: its digest has 64 hex digits, as SHA-256 has; MD5 has 32')
})

test('a manifest of which only the begin is read is not taken for all of it', async () => {
  const identity = anIdentity({ sizeBytes: 5 << 20 })
  const inspections = { '/in/a.manifest': { is: 'read', identity, sha256: digest, text: `${digest}  a.txt\n` } } as const
  const manifest = { ...aComponent('/in/a.manifest'), identity }
  expect(standings(await decide(integrity, one(manifest), world([{ type: 'manifest' }], { inspections })))).toEqual([
    'a.manifest integrity_failed: it is larger than 4 MiB',
  ])
})
