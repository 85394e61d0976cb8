import { expect, test } from 'bun:test'
import { changedAt, differenceOf, identityText, isUntouched, type Identity } from '../../src/domain/identity.ts'
import { anIdentity } from '../fakes/builders.ts'

const before = anIdentity({ mtimeNs: '1763719200123456789', ctimeNs: '1763719200123456789', inode: '9223372036854775807' })
const but = (more: Partial<Identity>): Identity => ({ ...before, ...more })

test.each([
  ['nothing', {}, 'same'],
  ['the device number', { device: '99' }, 'same'],
  ['the inode', { inode: '9223372036854775806' }, 'touched'],
  ['the ctime', { ctimeNs: '1763719200123456790' }, 'touched'],
  ['the size', { sizeBytes: 101 }, 'changed'],
  ['the mtime by a nanosecond', { mtimeNs: '1763719200123456788' }, 'changed'],
  ['everything', { sizeBytes: 1, mtimeNs: '1', ctimeNs: '1', inode: '1' }, 'changed'],
] as const)('where %s differs', (_, more, expected) => {
  expect(differenceOf(before, but(more))).toBe(expected)
})

test('within a run, the same file on another device is another file', () => {
  expect([isUntouched(before, but({})), isUntouched(before, but({ device: '2' })), isUntouched(before, but({ inode: '1' }))]).toEqual([
    true, false, false,
  ])
})

test('two states that differ in anything but the device have different texts', () => {
  const states = [before, but({ sizeBytes: 1 }), but({ mtimeNs: '1' }), but({ ctimeNs: '1' }), but({ inode: '1' })]
  expect(new Set(states.map(identityText)).size).toBe(states.length)
  expect(identityText(but({ device: '2' }))).toBe(identityText(before))
})

test('when a file changed is told by its ctime, to the millisecond', () => {
  expect(changedAt(anIdentity({ ctimeNs: '1763719200123456789', mtimeNs: '1' }))).toBe(1763719200123)
})
