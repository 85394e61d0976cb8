import { describe, expect, test } from 'bun:test'
import { openCandidates } from '../../src/service/candidates.ts'
import { anIdentity } from '../fakes/builders.ts'

const sized = (sizeBytes: number) => anIdentity({ sizeBytes })
const lots = 1_000_000
const keysOf = (batch: readonly { key: string }[]) => batch.map((one) => one.key)

test('what was seen of a group comes together', () => {
  const candidates = openCandidates()
  candidates.add('w', 'a', { path: '/in/a.txt', identity: sized(1) })
  candidates.add('w', 'a', { path: '/in/a.json', identity: null })
  candidates.add('w', 'a', { path: '/in/a.txt', identity: sized(2) })
  expect(candidates.size).toBe(1)
  const [one] = candidates.take(10, lots)
  expect([...(one?.fresh ?? [])]).toEqual([['/in/a.txt', sized(2)], ['/in/a.json', null]])
  expect(one?.due).toBe(false)
})

test('a group whose time has come is to be looked at, also when something was seen of it', () => {
  const candidates = openCandidates()
  candidates.add('w', 'a', null)
  candidates.add('w', 'a', { path: '/in/a.txt', identity: null })
  expect(candidates.take(1, lots)).toMatchObject([{ watchName: 'w', key: 'a', due: true }])
})

test('equal keys of two watches are two groups', () => {
  const candidates = openCandidates()
  for (const watch of ['w', 'v']) candidates.add(watch, 'a', null)
  expect(candidates.size).toBe(2)
})

describe('a batch', () => {
  test('is bounded by number, oldest first', () => {
    const candidates = openCandidates()
    for (const key of ['a', 'b', 'c']) candidates.add('w', key, null)
    expect(keysOf(candidates.take(2, lots))).toEqual(['a', 'b'])
    expect(keysOf(candidates.take(2, lots))).toEqual(['c'])
  })

  test('of large groups is bounded by their files, ten for each group; a larger one goes alone', () => {
    const candidates = openCandidates()
    for (const [key, count] of [['a', 60], ['b', 30], ['c', 20], ['d', 300], ['e', 1]] as const) {
      for (let at = 0; at < count; at += 1) candidates.add('w', key, { path: `/in/${key}/${at}`, identity: sized(1) })
    }
    expect([1, 2, 3, 4].map(() => keysOf(candidates.take(10, lots)))).toEqual([['a', 'b'], ['c'], ['d'], ['e']])
  })

  test('is bounded by bytes; what is larger goes alone', () => {
    const candidates = openCandidates()
    for (const [key, size] of [['a', 60], ['b', 60], ['c', 500], ['d', 10]] as const) {
      candidates.add('w', key, { path: `/in/${key}`, identity: sized(size) })
    }
    expect([1, 2, 3, 4].map(() => keysOf(candidates.take(10, 100)))).toEqual([['a'], ['b'], ['c'], ['d']])
  })

  test('is taken from the watches in turn, so that a burst in one does not keep the others waiting', () => {
    const candidates = openCandidates()
    for (let index = 0; index < 5; index += 1) candidates.add('burst', `b${index}`, null)
    candidates.add('quiet', 'q', null)
    expect(keysOf(candidates.take(3, lots))).toEqual(['b0', 'q', 'b1'])
    candidates.add('quiet', 'r', null)
    expect(keysOf(candidates.take(2, lots))).toContain('r')
  })
})

describe('a group in hand', () => {
  test('waits until its batch is over', () => {
    const candidates = openCandidates()
    candidates.add('w', 'a', null)
    const batch = candidates.take(1, lots)
    candidates.add('w', 'a', null)
    expect(candidates.take(1, lots)).toEqual([])
    candidates.release(batch)
    expect(keysOf(candidates.take(1, lots))).toEqual(['a'])
  })

  test('is none that can be taken, so that nobody spins for it', () => {
    const candidates = openCandidates()
    candidates.add('w', 'a', null)
    const batch = candidates.take(1, lots)
    expect([candidates.size, candidates.inHand]).toEqual([0, 1])
    candidates.add('w', 'a', null)
    expect(candidates.size).toBe(0)
    candidates.release(batch)
    expect([candidates.size, candidates.inHand]).toEqual([1, 0])
  })
})
