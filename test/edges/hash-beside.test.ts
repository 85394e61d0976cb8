import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { openHashBeside, type HashBeside } from '../../src/edges/hash-beside.ts'

setDefaultTimeout(30_000)

/** Bytes that differ from block to block. */
const someBytes = (length: number): Buffer => {
  const bytes = Buffer.alloc(length)
  for (let at = 0; at < length; at += 1009) bytes.writeUInt8((at / 1009) & 0xff, at)
  return bytes
}
const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Hands all bytes over, block by block. */
const streamed = (beside: HashBeside, bytes: Buffer): string | null =>
  beside((stream) => {
    for (let at = 0; at < bytes.length; ) {
      const block = stream.block()
      const length = bytes.copy(block, 0, at)
      stream.hand(length)
      at += length
    }
    return stream.digest()
  })

/** A thread with this body instead of the one that hashes. */
const thread = (body: string): Worker => new Worker(URL.createObjectURL(new Blob([body])))

const hashing = openHashBeside()
const blockBytes = hashing((stream) => {
  stream.digest()
  return stream.block().length
})

describe('a thread that hashes beside', () => {
  const lengths = [0, 1, blockBytes - 1, blockBytes, blockBytes + 1, 8 * blockBytes, 8 * blockBytes + 1, 40 * blockBytes + 7]
  test.each(lengths)('gives the digest of %p bytes', (length) => {
    const bytes = someBytes(length)
    expect(streamed(hashing, bytes)).toBe(digestOf(bytes))
  })

  test('begins anew after work that threw in the middle', () => {
    const broken = () => hashing((stream) => {
      stream.hand(stream.block().fill(7).length)
      throw new Error('the disk is full')
    })
    for (const length of [3, 9 * blockBytes]) {
      expect(broken).toThrow('the disk is full')
      expect(streamed(hashing, someBytes(length))).toBe(digestOf(someBytes(length)))
    }
  })

  test('is one for all streams', () => {
    let started = 0
    const counted = openHashBeside(() => {
      started += 1
      return new Worker(new URL('../../src/edges/hash-worker.ts', import.meta.url))
    })
    for (const length of [5, 10 * blockBytes, 6]) expect(streamed(counted, someBytes(length))).toBe(digestOf(someBytes(length)))
    expect(started).toBe(1)
  })

  test('that never comes up holds nobody for long, and is not waited for again and again', () => {
    let started = 0
    const deaf = openHashBeside(() => {
      started += 1
      return thread('self.onmessage = () => undefined')
    })
    const bytes = someBytes(10 * blockBytes)
    expect([streamed(deaf, bytes), streamed(deaf, bytes)]).toEqual([null, null])
    expect([streamed(deaf, bytes), streamed(deaf, bytes)]).toEqual([digestOf(bytes), digestOf(bytes)])
    expect(started).toBe(2)
  })

  test('that dies in the middle is replaced', () => {
    const dying = `self.onmessage = ({ data }) => {
      const counts = new Int32Array(data, 0, 2)
      while (Atomics.load(counts, 0) < 3) Atomics.wait(counts, 0, Atomics.load(counts, 0))
      Atomics.store(counts, 1, 2)
      throw new Error('dies')
    }`
    let started = 0
    const beside = openHashBeside(() => {
      started += 1
      return started === 1 ? thread(dying) : new Worker(new URL('../../src/edges/hash-worker.ts', import.meta.url))
    })
    const bytes = someBytes(20 * blockBytes)
    expect([streamed(beside, bytes), streamed(beside, bytes)]).toEqual([null, digestOf(bytes)])
  })
})
