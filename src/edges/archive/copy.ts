import { closeSync, fchmodSync, fstatSync, fsyncSync, openSync, readSync, writeSync, type BigIntStats } from 'node:fs'
import type { Identity } from '../../domain/identity.ts'
import { fsPath, type Path } from '../../domain/path.ts'
import { identityOf, openToRead } from '../disk.ts'
import { futimens } from '../libc.ts'
import { pulse } from '../pulse.ts'

/** What a copy gave: the digest of exactly the bytes that were written, or that the source is another file now. */
export type Copied =
  | { readonly is: 'copied'; readonly sha256: string; readonly inode: string; readonly source: FileId }
  | { readonly is: 'changed' }

/** The file itself, under whatever name, as long as the machine runs. */
export type FileId = string

export const fileId = ({ dev, ino }: BigIntStats): FileId => `${dev}:${ino}`

type CopyOptions = {
  readonly mode: number
  /** The source is an archived file, whose inode and ctime are not those that were delivered. */
  readonly fromArchive: boolean
  /** Makes the bytes durable one by one; else somebody does it for the whole file system. */
  readonly sync: boolean
  readonly followSymlink: boolean
}

/** Copies a file to a new name, hashing on the way. It is the file that was looked at before, and in the same state
 *  after its last byte was read: inode, size and times; so what was read between is that state's content. Throws what
 *  the system reports. */
export const copyFile = (source: Path, expected: Identity, target: Path, options: CopyOptions): Copied => {
  const from = openToRead(source, options.followSymlink)
  try {
    const to = openSync(fsPath(target), 'wx', options.mode)
    try {
      const { sha256, written } = copyBytes(from, to, expected.sizeBytes)
      const found = fstatSync(from, { bigint: true })
      const isSame = found.isFile() && isExpected(expected, identityOf(found), options.fromArchive)
      if (!isSame || written !== expected.sizeBytes) return { is: 'changed' }
      const made = fstatSync(to, { bigint: true })
      if ((Number(made.mode) & 0o7777) !== options.mode) fchmodSync(to, options.mode)
      futimens(to, found.mtimeNs)
      if (options.sync) fsyncSync(to)
      return { is: 'copied', sha256, inode: String(made.ino), source: fileId(found) }
    } finally {
      closeSync(to)
    }
  } finally {
    closeSync(from)
  }
}

/** Whether this is the file that was looked at. Without the device: its number changes from boot to boot. */
export const isExpected = (expected: Identity, found: Identity, fromArchive: boolean): boolean =>
  expected.sizeBytes === found.sizeBytes && expected.mtimeNs === found.mtimeNs &&
  (fromArchive || (expected.inode === found.inode && expected.ctimeNs === found.ctimeNs))

const block = Buffer.allocUnsafe(1 << 18)

/** No more than a byte beyond what is expected: that one says that the file has grown. A short read where it is to end
 *  is its end. */
const copyBytes = (from: number, to: number, expected: number): { sha256: string; written: number } => {
  const hasher = new Bun.CryptoHasher('sha256')
  let at = 0
  for (;;) {
    pulse()
    const asked = Math.min(block.length, expected + 1 - at)
    const length = readSync(from, block, 0, asked, at)
    const bytes = block.subarray(0, length)
    hasher.update(bytes)
    for (let done = 0; done < length; ) done += writeSync(to, bytes, done, length - done, at + done)
    at += length
    if (length === 0 || at > expected || (at === expected && length < asked)) return { sha256: hasher.digest('hex'), written: at }
  }
}
