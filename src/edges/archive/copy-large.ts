import { sightOf } from '../../domain/sight.ts'
import { digestOf } from '../contents.ts'
import { readAt, writeAt } from '../file-calls.ts'
import { openHashBeside, type HashBeside } from '../hash-beside.ts'
import { lookAtOpen } from '../look-at.ts'
import { pulse } from '../pulse.ts'
import { cloned } from './clone.ts'
import { isOver, type CopiedBytes } from './copy-bytes.ts'

/** From here on a file is worth the calls that ask for a clone, and a second thread. */
export const largeBytes = 1 << 24

const ownThread = openHashBeside()

/** Shares the blocks of the source where the file system can, and copies them where not, hashing in a thread beside.
 *  `to` is new, and open to be read as well: the digest is of what stands there, whatever becomes of the source. */
export const copyLarge = (from: number, to: number, expected: number, beside: HashBeside = ownThread): CopiedBytes => {
  pulse()
  if (cloned(from, to)) return { sha256: digestOf(to), written: sizeOf(to), room: 0 }
  return copyBeside(from, to, expected, beside)
}

const sizeOf = (fd: number): number => sightOf(lookAtOpen(fd).text).identity.sizeBytes

const copyBeside = (from: number, to: number, expected: number, beside: HashBeside): CopiedBytes =>
  beside((stream) => {
    for (let at = 0; ; ) {
      pulse()
      const block = stream.block()
      const asked = Math.min(block.length, expected + 1 - at)
      const length = readAt(from, block, asked, at)
      if (length > 0) stream.hand(length)
      writeAt(to, block.subarray(0, length), at)
      at += length
      if (isOver(at, { expected, length, asked })) return { sha256: stream.digest() ?? digestOf(to), written: at }
    }
  })
