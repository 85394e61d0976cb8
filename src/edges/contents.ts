import { pathFromBytes } from '../domain/path.ts'
import type { InspectJob } from '../world.ts'
import { readAt } from './file-calls.ts'
import { pulse } from './pulse.ts'

/** What is wanted of an open file: a digest, its text as far as a sidecar goes, or only that it can be read. */
export const readAs = (what: InspectJob['read'], fd: number): { sha256?: string; md5?: string; text?: string } => {
  if (what === 'sha256' || what === 'md5') return { [what]: digestOf(fd, what) }
  const limit = what === 'head' ? 1 : sidecarLimit
  const length = readAt(fd, block, Math.min(limit, block.length), 0)
  return what === 'head' ? {} : { text: pathFromBytes(block.subarray(0, length)) }
}

const block = Buffer.allocUnsafe(1 << 18)
const sidecarLimit = block.length

/** Hex digest of an open file from its begin. */
export const digestOf = (fd: number, algorithm: 'sha256' | 'md5' = 'sha256'): string => {
  const hasher = new Bun.CryptoHasher(algorithm)
  for (let at = 0; ; ) {
    pulse()
    const length = readAt(fd, block, block.length, at)
    if (length === 0) return hasher.digest('hex')
    hasher.update(block.subarray(0, length))
    at += length
  }
}
