import { blockAt, countOn, given, newRingMemory, ringIn, sha256Bytes, taken, type HashRing } from './hash-ring.ts'
import { pulse } from './pulse.ts'

/** What is read into its blocks is hashed while it is written elsewhere. */
export type HashStream = {
  /** Room for the next bytes. */
  block(): Uint8Array
  /** Has the first bytes of the last `block()` hashed, which stay as they are until the next one is asked for. */
  hand(length: number): void
  /** The SHA-256 of all that was handed over, in hex; null where the thread did not come up or died: nobody knows. */
  digest(): string | null
}

/** Gives its work a stream, and returns what that returned. */
export type HashBeside = <T>(work: (stream: HashStream) => T) => T

/** Hashes in a thread of its own, which is begun with the first stream and kept for the next. One that is left in the
 *  middle of a stream, because the work threw or the thread stood still, is ended, and another one begun. */
export const openHashBeside = (start: () => Worker = startHashWorker): HashBeside => {
  let kept: Hashing | null = null
  let losses = 0
  return (work) => {
    if (losses >= mostLosses) return work(hashedHere())
    const hashing = kept ?? beginWith(start())
    kept = null
    const stream = streamTo(hashing)
    try {
      return work(stream)
    } finally {
      if (stream.is() === 'over') kept = hashing
      else hashing.worker.terminate()
      if (stream.is() === 'lost') losses += 1
    }
  }
}

/** Then threads do not come up here, and nobody waits for one again. */
const mostLosses = 2

type Hashing = { readonly worker: Worker; readonly memory: SharedArrayBuffer }

const startHashWorker = (): Worker => new Worker(new URL('./hash-worker.ts', import.meta.url), { smol: true })

/** What it dies of is of no account: it is noticed by its standing still. */
const beginWith = (worker: Worker): Hashing => {
  worker.onerror = () => undefined
  worker.unref()
  return { worker, memory: newRingMemory() }
}

type WatchedStream = HashStream & { is(): 'open' | 'over' | 'lost' }

const streamTo = ({ worker, memory }: Hashing): WatchedStream => {
  const ring = ringIn(memory)
  const size = ring.blocks.length
  let [count, is]: [number, ReturnType<WatchedStream['is']>] = [0, 'open']
  const hand = (length: number) => {
    ring.lengths[count % size] = length
    count += 1
    countOn(ring, given)
  }
  const isTaken = (many: number): boolean => {
    if (is === 'open' && !isThrough(ring, many)) is = 'lost'
    return is === 'open'
  }
  ring.counts.fill(0)
  worker.postMessage(memory)
  return {
    hand,
    is: () => is,
    block: () => {
      isTaken(count - size + 1)
      return blockAt(ring, count)
    },
    digest: () => {
      isTaken(count - size + 1)
      hand(0)
      if (!isTaken(count)) return null
      is = 'over'
      return Buffer.from(blockAt(ring, count - 1).subarray(0, sha256Bytes)).toString('hex')
    },
  }
}

/** A thread that lives takes a block in a few milliseconds, and on a crowded machine not in hundreds of them. */
const [lookMs, mostLooks] = [100, 20]

/** Waits until so many blocks are hashed; false where the thread stands still. */
const isThrough = ({ counts }: HashRing, many: number): boolean => {
  for (let looks = 0; looks < mostLooks; looks += 1) {
    const done = Atomics.load(counts, taken)
    if (done >= many) return true
    pulse()
    if (Atomics.wait(counts, taken, done, lookMs) !== 'timed-out') looks = -1
  }
  return Atomics.load(counts, taken) >= many
}

/** For want of a thread. */
const hashedHere = (): HashStream => {
  const hasher = new Bun.CryptoHasher('sha256')
  const block = new Uint8Array(1 << 18)
  return {
    block: () => block,
    hand: (length) => void hasher.update(block.subarray(0, length)),
    digest: () => hasher.digest('hex'),
  }
}
