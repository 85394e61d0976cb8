import type { Instant } from './time.ts'

/** What tells one state of a file from another without reading it. Decimal text, since nanoseconds and inode
 *  numbers exceed 2^53. The device number only counts within a run. */
export type Identity = {
  readonly sizeBytes: number
  readonly mtimeNs: string
  readonly ctimeNs: string
  readonly inode: string
  readonly device: string
}

/** What else a file may be. Only `file` is ever archived. */
export type FileKind = 'file' | 'directory' | 'symlink' | 'other'

/** How what is there now differs from what was seen before.
 *  - `same`: nothing moved
 *  - `touched`: only inode or ctime differ, so the content may be the same: hash it
 *  - `changed`: size or modification time differ */
export type Difference = 'same' | 'touched' | 'changed'

type Recorded = Pick<Identity, 'sizeBytes' | 'mtimeNs' | 'ctimeNs' | 'inode'>

export const differenceOf = (before: Recorded, now: Recorded): Difference => {
  if (before.sizeBytes !== now.sizeBytes || before.mtimeNs !== now.mtimeNs) return 'changed'
  return before.ctimeNs === now.ctimeNs && before.inode === now.inode ? 'same' : 'touched'
}

/** Whether these are the same file in the same state, within one run. */
export const isUntouched = (before: Identity, now: Identity): boolean =>
  before.device === now.device && differenceOf(before, now) === 'same'

/** One text for a state of a file, as a column keeps it. */
export const identityText = (one: Recorded): string => `${one.sizeBytes}:${one.mtimeNs}:${one.ctimeNs}:${one.inode}`

/** When a file last changed in any way, by its file system's clock: writing, renaming and linking move the ctime, and
 *  nobody can set it. */
export const changedAt = ({ ctimeNs }: Identity): Instant => Number(ctimeNs.slice(0, -6))
