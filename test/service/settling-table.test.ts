import { describe, expect, test } from 'bun:test'
import type { Identity } from '../../src/domain/identity.ts'
import type { Path } from '../../src/domain/path.ts'
import { openSettling } from '../../src/service/settling-table.ts'
import { anIdentity } from '../fakes/builders.ts'

const settleMs = 2000
const now = 1_000_000
const at = (ms: number, more: Partial<Identity> = {}): Identity => anIdentity({ ctimeNs: String(BigInt(ms) * 1_000_000n), ...more })
const sighting = (path: Path, identity: Identity, groupKey = 'a', watchName = 'w') => ({ watchName, path, groupKey, identity })
const times = (monotonic: number, ms = settleMs) => ({ now: now + monotonic, monotonic, settleMs: ms })

describe('a file', () => {
  test('that stood still for long has settled at first sight', () => {
    const settling = openSettling()
    expect(settling.note(sighting('/in/a', at(now - settleMs)), times(0))).toBe(true)
    expect([settling.size, settling.has('/in/a')]).toEqual([0, false])
  })

  test('that changed lately settles, and has settled after its quiet time', () => {
    const settling = openSettling()
    const young = sighting('/in/a', at(now))
    expect(settling.note(young, times(0))).toBe(false)
    expect(settling.has('/in/a')).toBe(true)
    expect(settling.note(young, times(settleMs - 1))).toBe(false)
    expect(settling.note(young, times(settleMs))).toBe(true)
    expect(settling.has('/in/a')).toBe(false)
  })

  test('that was seen late settles when it has stood still for long enough, not when it was seen for long enough', () => {
    const settling = openSettling()
    const noticed = sighting('/in/a', at(now - 500))
    expect(settling.note(noticed, times(0))).toBe(false)
    expect(settling.nextAt()).toBe(settleMs - 500)
    expect(settling.note(noticed, times(settleMs - 501))).toBe(false)
    expect(settling.note(noticed, times(settleMs - 500))).toBe(true)
  })

  test('that grew starts its quiet time again', () => {
    const settling = openSettling()
    settling.note(sighting('/in/a', at(now)), times(0))
    const grown = sighting('/in/a', at(now + 1500, { sizeBytes: 200 }))
    expect(settling.note(grown, times(1500))).toBe(false)
    expect(settling.note(grown, times(settleMs + 1499))).toBe(false)
    expect(settling.note(grown, times(settleMs + 1500))).toBe(true)
  })

  test('whose ctime alone moved starts it again, too', () => {
    const settling = openSettling()
    settling.note(sighting('/in/a', at(now)), times(0))
    expect(settling.note(sighting('/in/a', at(now + 100)), times(settleMs))).toBe(false)
  })

  test('of a file system whose clock is ahead settles by our own', () => {
    const settling = openSettling()
    const ahead = sighting('/in/a', at(now + 3_600_000))
    expect(settling.note(ahead, times(0))).toBe(false)
    expect(settling.note(ahead, times(settleMs))).toBe(true)
  })

  test('is measured by the clock that never goes back', () => {
    const settling = openSettling()
    const young = sighting('/in/a', at(now))
    settling.note(young, { now, monotonic: 0, settleMs })
    expect(settling.note(young, { now: now + 3_600_000, monotonic: 10, settleMs })).toBe(false)
  })

  test('that is forgotten begins anew', () => {
    const settling = openSettling()
    settling.note(sighting('/in/a', at(now)), times(0))
    settling.forget('/in/a')
    settling.forget('/in/never-seen')
    expect([settling.size, settling.ofGroup('w', 'a'), settling.nextAt()]).toEqual([0, [], null])
  })
})

test('a group knows which of its files still settle, and no other group does', () => {
  const settling = openSettling()
  settling.note(sighting('/in/a.txt', at(now)), times(0))
  settling.note(sighting('/in/a.json', at(now)), times(0))
  settling.note(sighting('/in/b.txt', at(now), 'b'), times(0))
  settling.note(sighting('/other/a.txt', at(now), 'a', 'v'), times(0))
  expect(settling.ofGroup('w', 'a')).toEqual(['/in/a.txt', '/in/a.json'])
  expect(settling.size).toBe(4)
})

describe('what may have settled by now', () => {
  test('is given oldest first, up to a limit, and is the next to wait for', () => {
    const settling = openSettling()
    for (const [index, name] of ['a', 'b', 'c'].entries()) settling.note(sighting(name, at(now + index * 100)), times(index * 100))
    expect(settling.nextAt()).toBe(settleMs)
    expect(settling.ripe(settleMs + 100, 10).map((one) => one.path)).toEqual(['a', 'b'])
    expect(settling.ripe(settleMs + 500, 1).map((one) => one.path)).toEqual(['a'])
    expect(settling.ripe(settleMs - 1, 10)).toEqual([])
  })

  test('counts each settle time by itself', () => {
    const settling = openSettling()
    settling.note(sighting('slow', at(now)), times(0, 10_000))
    settling.note(sighting('fast', at(now + 500)), times(500, 1000))
    expect(settling.nextAt()).toBe(1500)
    expect(settling.ripe(1500, 10).map((one) => one.path)).toEqual(['fast'])
  })
})

test('the table is bounded', () => {
  const settling = openSettling(2)
  for (const name of ['a', 'b', 'c']) settling.note(sighting(name, at(now)), times(0))
  expect([settling.size, settling.has('c')]).toEqual([2, false])
  settling.forget('a')
  expect(settling.note(sighting('c', at(now)), times(0))).toBe(false)
  expect(settling.has('c')).toBe(true)
})
