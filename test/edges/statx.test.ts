import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sightText } from '../../src/domain/sight.ts'
import { disk } from '../../src/edges/disk.ts'
import { statxText } from '../../src/edges/statx.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'carbonation-statx-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const asNodeHasIt = async (path: string): Promise<string | null> => {
  const [sight = null] = await disk.look([path])
  return sight === null || !('kind' in sight) ? null : sightText(sight.kind, sight.identity)
}

test.each([
  ['before 1970', -1.5], ['before 1970, to the second', -86_400], ['in the first second', 0.25], ['at the begin of 1970', 0],
  ['in its first minutes', 61], ['after 2038', 4_000_000_000.125], ['in 2024', 1_720_000_000],
])('a file changed %s has the same time as by node:fs', async (_, seconds) => {
  const path = join(folder, 'a')
  writeFileSync(path, 'a')
  utimesSync(path, seconds, seconds)
  expect(statxText(path, false)).toBe(await asNodeHasIt(path))
})

test('a file of more than 4 GiB, a device, a directory and a long name are told as by node:fs', async () => {
  const [large, long] = [join(folder, 'large'), join(folder, 'ä'.repeat(127))]
  for (const path of [large, long]) writeFileSync(path, '')
  truncateSync(large, 5 * 2 ** 30 + 7)
  for (const path of [large, long, folder, '/dev/null', '/proc/self/status']) {
    expect(statxText(path, false)?.split(':')[0]).toBe((await asNodeHasIt(path))?.split(':')[0] ?? '')
  }
  expect(statxText(large, false)).toBe(await asNodeHasIt(large))
})

test('what cannot be looked at is left to node:fs', () => {
  expect([statxText(join(folder, 'none'), false), statxText(`${folder}/a\0b`, false), statxText('a'.repeat(5000), false)])
    .toEqual([null, null, null])
})
