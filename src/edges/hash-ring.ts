/** Memory that two threads share: one fills blocks and writes them elsewhere, the other hashes them meanwhile. The
 *  blocks are handed over in their order, round and round; one without bytes is the end, and becomes the digest. */
export type HashRing = {
  /** How many blocks were handed over, and how many of them the other thread is through with. */
  readonly counts: Int32Array
  readonly lengths: Int32Array
  readonly blocks: readonly Uint8Array[]
}

/** In `counts`. */
export const [given, taken] = [0, 1]

export const sha256Bytes = 32

/** Large enough that neither thread often sleeps for the other: to be woken costs more than a block does. */
const [blockCount, blockBytes] = [8, 1 << 19]
const headBytes = 256

export const newRingMemory = (): SharedArrayBuffer => new SharedArrayBuffer(headBytes + blockCount * blockBytes)

export const ringIn = (memory: SharedArrayBuffer): HashRing => ({
  counts: new Int32Array(memory, 0, 2),
  lengths: new Int32Array(memory, 64, blockCount),
  blocks: Array.from({ length: blockCount }, (_, at) => new Uint8Array(memory, headBytes + at * blockBytes, blockBytes)),
})

/** The n-th block of a stream. */
export const blockAt = ({ blocks }: HashRing, n: number): Uint8Array => blocks[n % blockCount] ?? new Uint8Array(0)

/** One block more: the other thread may see it. */
export const countOn = ({ counts }: HashRing, which: number): void => {
  Atomics.add(counts, which, 1)
  Atomics.notify(counts, which)
}
