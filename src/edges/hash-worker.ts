import { blockAt, countOn, given, ringIn, taken } from './hash-ring.ts'

/** A thread that hashes what its parent writes at the same time. Each message begins a stream. */
declare const self: Worker

self.onmessage = ({ data: memory }: MessageEvent<SharedArrayBuffer>) => {
  const ring = ringIn(memory)
  const hasher = new Bun.CryptoHasher('sha256')
  for (let count = 0, isOver = false; !isOver; count += 1) {
    while (Atomics.load(ring.counts, given) === count) Atomics.wait(ring.counts, given, count)
    const length = ring.lengths[count % ring.lengths.length] ?? 0
    const block = blockAt(ring, count)
    isOver = length === 0
    if (isOver) block.set(hasher.digest())
    else hasher.update(block.subarray(0, length))
    countOn(ring, taken)
  }
}
