import { heapSize } from 'bun:jsc'
import { expect, test } from 'bun:test'
import { garbageCollector } from '../../src/edges/collect-garbage.ts'

const mebibyte = 2 ** 20

/** What a batch leaves: many small things, which nobody has any more when this ends. */
const leave = (things: number): number => Array.from({ length: things }, (_, index) => ({ index })).length

test('what was left is freed once it is much', () => {
  const collect = garbageCollector()
  leave(1_000_000)
  const before = heapSize()
  collect()
  expect(before - heapSize()).toBeGreaterThan(8 * mebibyte)
})

test('a little that was left is not worth a collection', () => {
  Bun.gc(true)
  const collect = garbageCollector()
  leave(1000)
  const before = heapSize()
  collect()
  expect(heapSize()).toBeGreaterThanOrEqual(before)
})
