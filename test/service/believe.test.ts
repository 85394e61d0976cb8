import { describe, expect, test } from 'bun:test'
import { believe, type Evidence } from '../../src/service/believe.ts'

const disk = { id: 'disk', type: 'ext4', local: true }
const other = { id: 'other', type: 'ext4', local: true }

const verdict = (more: Partial<Evidence>) => {
  const { believed, fault, own } = believe({
    path: '/in', now: disk, before: disk, recognised: 0, open: 1, inDelivery: 1, ended: 0, force: false, ...more,
  })
  return { believed, own: own.id, fault: fault?.message ?? null }
}

describe('what a look did not find', () => {
  test('is gone, where the same file system stands there as before', () => {
    expect(verdict({})).toEqual({ believed: 'all', own: 'disk', fault: null })
  })

  test('is gone, where nobody knows what stood there before', () => {
    expect(verdict({ before: null })).toEqual({ believed: 'all', own: 'disk', fault: null })
  })

  test('is kept on another file system that has none of the known files, and the old one stays the own', () => {
    expect(verdict({ now: other, open: 2, ended: 3 })).toEqual({
      believed: 'none', own: 'disk', fault: 'another file system than before stands at /in, without 5 files of before: not mounted?',
    })
  })

  test('is kept this once on another file system that has known files, which is the own from now on', () => {
    expect(verdict({ now: other, recognised: 1 })).toEqual({ believed: 'none', own: 'other', fault: null })
  })

  test('makes no question of another file system where nothing is gone', () => {
    expect(verdict({ now: other, open: 0 })).toEqual({ believed: 'all', own: 'other', fault: null })
  })

  test.each([
    [100, 100, 'all'], [101, 202, 'all'], [101, 201, 'ended'], [500, 600, 'ended'],
  ] as const)('%i not archived of %i: %s of it is gone', (open, inDelivery, believed) => {
    expect(verdict({ open, inDelivery }).believed).toBe(believed)
  })

  test('says how many there were, when it is most of a watch', () => {
    expect(verdict({ open: 150, inDelivery: 200, ended: 1000 }).fault).toBe(
      '150 of 200 files that are not archived vanished at once from /in: not mounted?',
    )
  })

  test('is gone when a person says so', () => {
    expect(verdict({ open: 500, inDelivery: 500, now: other, force: true })).toEqual({ believed: 'all', own: 'other', fault: null })
  })
})
