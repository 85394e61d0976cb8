import { heapSize } from 'bun:jsc'

/** What may pile up between two collections, in bytes: 8 MiB, which some 2,000 groups leave behind. */
const most = 8 * 2 ** 20

/** Frees what batches left behind, to be called between them. What a batch is made of lives for longer than the engine's quick
 *  collections look back, and its thorough one comes only when the heap has doubled: without this a burst of 50,000 files
 *  took 300 MiB instead of 220. */
export const garbageCollector = (heap: Heap = ownHeap): (() => void) => {
  let kept = heap.size()
  return () => {
    if (heap.size() - kept < Math.max(most, kept / 4)) return
    heap.collect()
    kept = heap.size()
  }
}

/** The engine's, of this thread. */
export type Heap = {
  /** In bytes, with what nobody has any more. */
  size(): number
  /** Frees all that nobody has any more. */
  collect(): void
}

const ownHeap: Heap = { size: heapSize, collect: () => void Bun.gc(true) }
