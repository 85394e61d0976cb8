import { describe, expect, test } from 'bun:test'
import {
  numberedName, sidecarOf, soloKey, splitName, splitWithChecksums, stemKey,
} from '../../src/domain/group-key.ts'
import { sidecarName } from '../../src/domain/sums.ts'

describe('a name is split', () => {
  test.each([
    ['a.txt', 'a', '.txt'], ['a.tar.gz', 'a.tar', '.gz'], ['.bashrc', '.bashrc', ''],
    ['.config.toml', '.config', '.toml'],
    ['a.', 'a.', ''], ['a..', 'a..', ''], ['noext', 'noext', ''], ['...a', '..', '.a'],
    ['a b.c d', 'a b', '.c d'], ['', '', ''],
    ['caf\udce9.txt', 'caf\udce9', '.txt'],
  ])('%j into %j and %j, as pathlib does', (name, stem, extension) => {
    expect(splitName(name, [])).toEqual({ stem, extension })
  })
  test('before the longest expected extension that ends it', () => {
    const expected = ['.xml', '.prj.xml', '.tar.gz', '.gz', '']
    expect(splitName('a.prj.xml', expected)).toEqual({ stem: 'a', extension: '.prj.xml' })
    expect(splitName('a.xml', expected)).toEqual({ stem: 'a', extension: '.xml' })
    expect(splitName('a.b.tar.gz', expected)).toEqual({ stem: 'a.b', extension: '.tar.gz' })
    expect(splitName('a.b.txt', expected)).toEqual({ stem: 'a.b', extension: '.txt' })
    expect(splitName('a', expected)).toEqual({ stem: 'a', extension: '' })
  })
  test('only where a stem remains, and case counts', () => {
    expect(splitName('.tar.gz', ['.tar.gz'])).toEqual({ stem: '.tar', extension: '.gz' })
    expect(splitName('a.TAR.GZ', ['.tar.gz'])).toEqual({ stem: 'a.TAR', extension: '.GZ' })
  })
})

describe('a group key', () => {
  test('is shared by the members of a set', () => {
    const expected = ['.shp', '.dbf', '.prj.xml']
    expect(['x.shp', 'x.dbf', 'x.prj.xml'].map((name) => stemKey(name, expected))).toEqual(['x', 'x', 'x'])
  })
  test('carries the relative directory', () => {
    expect(stemKey('2026/a/x.txt', [])).toBe('2026/a/x')
    expect(stemKey('2026.d/x', [])).toBe('2026.d/x')
    expect(stemKey('b/x.txt', [])).not.toBe(stemKey('a/x.txt', []))
  })
  test('of a group of one is its path', () => {
    expect(soloKey('2026/a/x.txt')).toBe('2026/a/x.txt')
  })
})

describe('a checksum sidecar', () => {
  test('belongs to the file whose name it carries', () => {
    expect(sidecarOf('a.txt.sha256')).toBe('a.txt')
    expect(sidecarOf('d/a.txt.sha256')).toBe('d/a.txt')
    expect(sidecarOf(sidecarName('d/a.txt'))).toBe('d/a.txt')
    expect(sidecarOf('a.txt')).toBeNull()
    expect(sidecarOf('a.sha256.txt')).toBeNull()
    expect(sidecarOf('.sha256')).toBeNull()
    expect(sidecarOf('d/.sha256')).toBeNull()
  })
  test('shares the stem of its file, so that both bear one number', () => {
    const sidecar = splitWithChecksums('a.tar.gz.sha256', ['.tar.gz'])
    expect(sidecar).toEqual({ stem: 'a', extension: '.tar.gz.sha256' })
    expect(splitWithChecksums('a.tar.gz', ['.tar.gz'])).toEqual({ stem: 'a', extension: '.tar.gz' })
  })
})

test('a number stands before the extension, from two on', () => {
  expect(numberedName('name', '.tar.gz', 1)).toBe('name.tar.gz')
  expect(numberedName('name', '.tar.gz', 2)).toBe('name~2.tar.gz')
  expect(numberedName('.bashrc', '', 13)).toBe('.bashrc~13')
})
