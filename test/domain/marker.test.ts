import { describe, expect, test } from 'bun:test'
import { isMarker, isMarkerTemplate, isNotOlder, markerOf } from '../../src/domain/marker.ts'
import { anIdentity } from '../fakes/builders.ts'

test.each([
  ['{name}.done', true], ['{stem}.ok', true], ['.{name}.complete', true], ['done_{stem}', true],
  ['{name}', false], ['{stem}', false], ['done', false], ['', false], ['done/{name}', false], ['{name}{stem}', false],
  ['{path}.done', false], ['{name}.do\nne', false],
])('%j names markers: %p', (text, is) => {
  expect(isMarkerTemplate(text)).toBe(is)
})

describe('the marker of a file', () => {
  test.each([
    ['{name}.done', '/in/a.txt', '/in/a.txt.done'],
    ['{stem}.ok', '/in/d/a.txt', '/in/d/a.ok'],
    ['.{name}.complete', '/in/a', '/in/.a.complete'],
    ['{stem}.ok', '/in/a.tar.gz', '/in/a.ok'],
  ])('%s of %s is %s', (marker, path, expected) => {
    expect(markerOf(marker, path, ['.tar.gz'])).toBe(expected)
  })

  test('is known by its name alone, and is never empty between its ends', () => {
    expect(isMarker('{name}.done', '/in/a.txt.done')).toBe(true)
    expect(isMarker('{name}.done', '/in/.done')).toBe(false)
    expect(isMarker('{name}.done', '/in/a.txt')).toBe(false)
    expect(isMarker('ready_{stem}', '/in/ready_a')).toBe(true)
  })
})

describe('evidence', () => {
  const at = (mtime: number, ctime: number) => anIdentity({ mtimeNs: `${mtime}`, ctimeNs: `${ctime}` })
  test('that came with or after its file counts, by either clock', () => {
    expect(isNotOlder(at(5, 5), at(5, 5))).toBe(true)
    expect(isNotOlder(at(1, 9), at(5, 5))).toBe(true)
    expect(isNotOlder(at(9, 1), at(5, 5))).toBe(true)
  })
  test('that is older by both clocks is left over from something else', () => {
    expect(isNotOlder(at(4, 4), at(5, 5))).toBe(false)
  })
  test('is compared as numbers, not as text', () => {
    expect(isNotOlder(at(9, 9), at(10, 10))).toBe(false)
  })
})
