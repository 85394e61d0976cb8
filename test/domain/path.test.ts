import { describe, expect, test } from 'bun:test'
import {
  baseName, fsPath, isWithin, joinPath, parentOf, pathBytes, pathFromBytes, relativeTo, showPath, unshowPath,
} from '../../src/domain/path.ts'
import { fuzzSeed, seeded } from './seeded.ts'

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex')

describe('a path of any bytes', () => {
  test(`survives (FUZZ_SEED=${fuzzSeed})`, () => {
    const random = seeded(fuzzSeed)
    const pieces: readonly [string, ...string[]] = [
      '61', '2f', '80', 'bf', 'c0', 'c3', 'c3a9', 'e2', 'e282', 'e282ac', 'eda080', 'edbfbf', 'f0', 'f09f', 'f09f9880', 'f5', 'ff', 'efbbbf', '0a', '5c',
    ]
    for (let turn = 0; turn < 5000; turn += 1) {
      const written = random.text(pieces, 8)
      const path = pathFromBytes(Buffer.from(written, 'hex'))
      expect(hex(pathBytes(path))).toBe(written)
    }
  })

  test('survives with each single byte', () => {
    for (let value = 1; value < 256; value += 1) expect([...pathBytes(pathFromBytes(bytes(0x61, value, 0x62)))]).toEqual([0x61, value, 0x62])
  })

  test('stands as itself where it is UTF-8', () => {
    expect(pathFromBytes(Buffer.from('/in/ä€😀.txt'))).toBe('/in/ä€😀.txt')
    expect(pathFromBytes(bytes(0xef, 0xbb, 0xbf, 0x61))).toBe('\ufeffa')
  })

  test('has other bytes as lone surrogates, as Python has them', () => {
    expect(pathFromBytes(bytes(0x63, 0xe9, 0x2e))).toBe('c\udce9.')
    expect(pathFromBytes(bytes(0xed, 0xa0, 0x80))).toBe('\udced\udca0\udc80')
  })

  test('is never two paths: two that differ in a byte differ', () => {
    const made = new Set<string>()
    for (let high = 0x80; high < 0x100; high += 1) for (let low = 0x80; low < 0x100; low += 1) made.add(pathFromBytes(bytes(high, low)))
    expect(made.size).toBe(128 * 128)
  })

  test('reaches the file system as those bytes', () => {
    expect(fsPath('/in/a')).toBe('/in/a')
    const path = fsPath('/in/\udce9')
    expect(typeof path === 'string' ? path : hex(path)).toBe('2f696e2fe9')
  })

  test(`is shown like no other, and read back from what is shown (FUZZ_SEED=${fuzzSeed})`, () => {
    const random = seeded(fuzzSeed)
    const shown = new Map<string, string>()
    for (let turn = 0; turn < 20_000; turn += 1) {
      const written = random.text(['5c', '78', '66', '35', '63', '38', 'ff', '80', 'c3a9', '5cxff'.replace('xff', '786666'), '5c783563'], 5)
      const path = pathFromBytes(Buffer.from(written, 'hex'))
      expect(unshowPath(showPath(path))).toBe(path)
      expect(shown.get(showPath(path)) ?? path).toBe(path)
      shown.set(showPath(path), path)
    }
  })

  test('is shown with its bytes in hex', () => {
    expect(showPath('caf\udce9/ä.txt')).toBe('caf\\xe9/ä.txt')
    expect([showPath('\\xe9'), showPath('\\xE9 \\x41 \\n')]).toEqual(['\\x5cxe9', '\\xE9 \\x41 \\n'])
  })
})

describe('parts of a path', () => {
  test.each([
    ['/in/a.txt', '/in', 'a.txt'], ['/a', '/', 'a'], ['a', '', 'a'], ['d/a', 'd', 'a'], ['/', '/', ''],
  ])('%j lies in %j by the name of %j', (path, parent, name) => {
    expect([parentOf(path), baseName(path)]).toEqual([parent, name])
  })

  test('are joined with one slash', () => {
    expect([joinPath('/in', 'a'), joinPath('/', 'a'), joinPath('', 'a'), joinPath('/in/', 'a')]).toEqual(['/in/a', '/a', 'a', '/in/a'])
  })

  test('are relative to a root', () => {
    expect([relativeTo('/in', '/in/d/a'), relativeTo('/in', '/in'), relativeTo('/', '/a')]).toEqual(['d/a', '', 'a'])
  })

  test('lie within a root only where a name ends', () => {
    expect([isWithin('/in', '/in'), isWithin('/in', '/in/a'), isWithin('/in', '/inside'), isWithin('/', '/a')]).toEqual([true, true, false, true])
  })
})
