import { fchmodSync, fsyncSync } from 'node:fs'
import { identityText, type Identity } from '../../domain/identity.ts'
import type { Path } from '../../domain/path.ts'
import { showsState, type SightText } from '../../domain/sight.ts'
import { closeFile, openFile, openToRead, writeAndReadNew, writeNew } from '../file-calls.ts'
import { futimens } from '../libc.ts'
import { lookAtOpen } from '../look-at.ts'
import { copyBytes } from './copy-bytes.ts'
import { copyLarge, largeBytes } from './copy-large.ts'

/** What a copy gave: the digest of exactly the bytes that were written, or that the source is another file now. */
export type Copied =
  | {
    readonly is: 'copied'; readonly sha256: string; readonly inode: string; readonly source: FileId
    /** How many bytes of the file system it takes: those that it shares with the source take none. */
    readonly room: number
  }
  | { readonly is: 'changed' }

/** The file itself, under whatever name, as long as the machine runs. */
export type FileId = string

export const fileId = ({ device, inode }: Pick<Identity, 'device' | 'inode'>): FileId => `${device}:${inode}`

type CopyOptions = {
  readonly mode: number
  /** The source is an archived file, whose inode and ctime are not those that were delivered. */
  readonly fromArchive: boolean
  /** Makes the bytes durable one by one; else somebody does it for the whole file system. */
  readonly sync: boolean
  readonly followSymlink: boolean
}

/** Copies a file to a new name, with its digest. It is the file that was looked at before, and in the same state
 *  after its last byte was read: inode, size and times; so what was read between is that state's content. Throws what
 *  the system reports. */
export const copyFile = (source: Path, expected: Identity, target: Path, options: CopyOptions): Copied => {
  const from = openToRead(source, options.followSymlink)
  try {
    const { sizeBytes } = expected
    const isLarge = sizeBytes >= largeBytes
    const to = openFile(target, isLarge ? writeAndReadNew : writeNew, options.mode)
    try {
      const { sha256, written, room = written } = (isLarge ? copyLarge : copyBytes)(from, to, sizeBytes)
      const found = lookAtOpen(from)
      if (!isExpected(expected, found.text, options.fromArchive) || written !== sizeBytes) return { is: 'changed' }
      const made = lookAtOpen(to)
      if (made.mode !== options.mode) fchmodSync(to, options.mode)
      futimens(to, BigInt(expected.mtimeNs))
      if (options.sync) fsyncSync(to)
      return { is: 'copied', sha256, inode: made.inode, source: fileId(found), room }
    } finally {
      closeFile(to)
    }
  } finally {
    closeFile(from)
  }
}

/** Whether this is the file that was looked at. Without the device: its number changes from boot to boot. */
export const isExpected = (expected: Identity, found: SightText, fromArchive: boolean): boolean =>
  fromArchive ? found.startsWith(`f${expected.sizeBytes}:${expected.mtimeNs}:`)
    : found.startsWith('f') && showsState(found, identityText(expected))
