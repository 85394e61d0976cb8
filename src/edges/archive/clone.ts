import { codeOf } from '../disk-errors.ts'
import { cloneInto } from '../libc.ts'
import { lookAtOpen } from '../look-at.ts'

/** Pairs of file systems that share nothing, by their devices. */
const apart = new Set<string>()

/** Answers that hold for all files of two file systems. Others are those of a file, or of the moment. */
const forGood = new Set(['EXDEV', 'ENOTSUP', 'ENOTTY', 'ENOSYS'])

/** Makes a new file share the blocks of another one: btrfs, XFS, bcachefs and some servers can. False where that cannot
 *  be, whatever the reason: who copies the bytes then meets it again, and has better words for it. */
export const cloned = (from: number, to: number): boolean => {
  const pair = `${lookAtOpen(from).device} ${lookAtOpen(to).device}`
  if (apart.has(pair)) return false
  try {
    cloneInto(to, from)
    return true
  } catch (error) {
    if (codeOf(error) === '') throw error
    if (forGood.has(codeOf(error))) apart.add(pair)
    return false
  }
}
