import { pathFromBytes } from '../domain/path.ts'
import { sumsLimitBytes } from '../domain/sums.ts'
import type { InspectJob } from '../world.ts'
import { readAt } from './file-calls.ts'
import { pulse } from './pulse.ts'

/** What is wanted of an open file: a digest, its text as far as a sidecar goes, or only that it can be read. */
export const readAs = (what: InspectJob['read'], fd: number): { sha256?: string; md5?: string; text?: string } => {
  if (what === 'sha256' || what === 'md5') return { [what]: digestOf(fd, what) }
  if (what === 'text') return { text: textOf(fd) }
  readAt(fd, block, 1, 0)
  return {}
}

const block = Buffer.allocUnsafe(1 << 18)

/** Of what is no text, which NUL bytes tell, not more than its begin. */
const textOf = (fd: number): string => {
  const parts: Buffer[] = []
  for (let at = 0; at < sumsLimitBytes; ) {
    pulse()
    const length = readAt(fd, block, Math.min(block.length, sumsLimitBytes - at), at)
    parts.push(Buffer.from(block.subarray(0, length)))
    if (length === 0 || block.subarray(0, length).includes(0)) break
    at += length
  }
  return pathFromBytes(Buffer.concat(parts))
}

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
