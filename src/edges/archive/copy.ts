import { closeSync, fchmodSync, fstatSync, fsyncSync, openSync, readSync, writeSync, type BigIntStats } from 'node:fs'
import { isUntouched, type Identity } from '../../domain/identity.ts'
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

/** Copies a file to a new name, hashing on the way. The source is compared before and after: device, inode, size and
 *  times; bytes written must equal its size. Throws what the system reports. */
export const copyFile = (source: Path, expected: Identity, target: Path, options: CopyOptions): Copied => {
  const from = openToRead(source, options.followSymlink)
  try {
    const before = fstatSync(from, { bigint: true })
    if (!before.isFile() || !isExpected(expected, identityOf(before), options.fromArchive)) return { is: 'changed' }
    const to = openSync(fsPath(target), 'wx', 0o600)
    try {
      const { sha256, written } = copyBytes(from, to)
      const after = identityOf(fstatSync(from, { bigint: true }))
      if (written !== after.sizeBytes || !isUntouched(identityOf(before), after)) return { is: 'changed' }
      fchmodSync(to, options.mode)
      futimens(to, before.mtimeNs)
      if (options.sync) fsyncSync(to)
      return { is: 'copied', sha256, inode: String(fstatSync(to, { bigint: true }).ino), source: fileId(before) }
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

const copyBytes = (from: number, to: number): { sha256: string; written: number } => {
  const hasher = new Bun.CryptoHasher('sha256')
  let at = 0
  for (;;) {
    pulse()
    const length = readSync(from, block, 0, block.length, at)
    if (length === 0) return { sha256: hasher.digest('hex'), written: at }
    hasher.update(block.subarray(0, length))
    for (let done = 0; done < length; ) done += writeSync(to, block, done, length - done, at + done)
    at += length
  }
}
