import { readAt, writeAt } from '../file-calls.ts'
import { pulse } from '../pulse.ts'

/** What came over. */
export type CopiedBytes = {
  /** In hex. */
  readonly sha256: string
  /** How many bytes. */
  readonly written: number
  /** How many bytes of the file system it takes, where that is not all of it. */
  readonly room?: number
}

const block = Buffer.allocUnsafe(1 << 18)

/** Copies from one open file to another. No more than a byte beyond what is expected: that one says that the file has
 *  grown. */
export const copyBytes = (from: number, to: number, expected: number): CopiedBytes => {
  let hasher: Bun.CryptoHasher | null = null
  for (let at = 0; ; ) {
    pulse()
    const asked = Math.min(block.length, expected + 1 - at)
    const length = readAt(from, block, asked, at)
    const bytes = block.subarray(0, length)
    writeAt(to, bytes, at)
    at += length
    const isEnd = isOver(at, { expected, length, asked })
    if (isEnd && hasher === null) return { sha256: Bun.SHA256.hash(bytes, 'hex'), written: at }
    hasher ??= new Bun.CryptoHasher('sha256')
    hasher.update(bytes)
    if (isEnd) return { sha256: hasher.digest('hex'), written: at }
  }
}

type LastRead = { readonly expected: number; readonly length: number; readonly asked: number }

/** A short read where it is to end is its end. */
export const isOver = (at: number, { expected, length, asked }: LastRead): boolean =>
  length === 0 || at > expected || (at === expected && length < asked)
