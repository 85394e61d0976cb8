import { expect, test } from 'bun:test'
import { garbageCollector } from '../../src/edges/collect-garbage.ts'

const mebibyte = 2 ** 20

/** A heap in which so much is in use; `left` piles up until it is collected. */
const aHeap = (used: number) => {
  const heap = { left: 0, collections: 0 }
  const collect = garbageCollector({
    size: () => used + heap.left,
    collect: () => {
      heap.left = 0
      heap.collections += 1
    },
  })
  return { heap, collect }
}

test('what was left is collected once it is 8 MiB, each time', () => {
  const { heap, collect } = aHeap(10 * mebibyte)
  for (let batch = 0; batch < 9; batch += 1) {
    heap.left += 3 * mebibyte
    collect()
  }
  expect(heap.collections).toBe(3)
})

test('where much is in use, a collection costs more and comes once a quarter was left', () => {
  const { heap, collect } = aHeap(100 * mebibyte)
  heap.left = 24 * mebibyte
  collect()
  expect(heap.collections).toBe(0)
  heap.left = 25 * mebibyte
  collect()
  expect(heap.collections).toBe(1)
})
