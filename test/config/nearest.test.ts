import { expect, test } from 'bun:test'
import { editDistance, nearest } from '../../src/config/nearest.ts'

test('two neighbours in the wrong order are one slip', () => {
  expect(editDistance('retyr_delay', 'retry_delay')).toBe(1)
})

test.each([
  ['kitten', 'sitting', 3],
  ['', 'abc', 3],
  ['abc', '', 3],
  ['same', 'same', 0],
  ['patern', 'patterns', 2],
])('%p is as far from %p as %p slips', (from, to, distance) => expect(editDistance(from, to)).toBe(distance))

test('the nearest word is suggested, the first of equally near ones', () => {
  expect(nearest('setle_seconds', ['rules', 'settle_seconds', 'path'])).toBe('settle_seconds')
  expect(nearest('bat', ['cat', 'hat'])).toBe('cat')
})

test('nothing is suggested for a word that is like none', () => {
  expect(nearest('colour', ['path', 'rules', 'archive'])).toBeNull()
})
