import { afterEach, beforeEach, expect, test } from 'bun:test'
import { constants, lstatSync, mkdtempSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { statxText } from '../../src/edges/statx.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'carbonation-statx-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const asNodeHasIt = (path: string): string => {
  const { size, mtimeNs, ctimeNs, ino, dev, ...found } = lstatSync(path, { bigint: true })
  const mode = Number(found.mode) & constants.S_IFMT
  const kind = mode === constants.S_IFREG ? 'f' : mode === constants.S_IFDIR ? 'd' : 'o'
  return `${kind}${size}:${mtimeNs}:${ctimeNs}:${ino}:${dev}`
}

test.each([
  ['before 1970', -1.5], ['before 1970, to the second', -86_400], ['in the first second', 0.25], ['at the begin of 1970', 0],
  ['in its first minutes', 61], ['after 2038', 4_000_000_000.125], ['in 2024', 1_720_000_000],
])('a file changed %s has the same time as by node:fs', (_, seconds) => {
  const path = join(folder, 'a')
  writeFileSync(path, 'a')
  utimesSync(path, seconds, seconds)
  expect(statxText(path, false)).toBe(asNodeHasIt(path))
})

test('a file of more than 4 GiB, a device, a directory and a long name are told as by node:fs', () => {
  const [large, long] = [join(folder, 'large'), join(folder, 'ä'.repeat(127))]
  for (const path of [large, long]) writeFileSync(path, '')
  truncateSync(large, 5 * 2 ** 30 + 7)
  for (const path of [large, long, folder, '/dev/null', '/proc/self/status']) {
    expect(statxText(path, false)?.split(':')[0]).toBe(asNodeHasIt(path).split(':')[0] ?? '')
  }
  expect(statxText(large, false)).toBe(asNodeHasIt(large))
})

test('what cannot be looked at is left to node:fs', () => {
  expect([statxText(`${folder}/a\0b`, false), statxText('a'.repeat(5000), false)]).toEqual([undefined, undefined])
})
