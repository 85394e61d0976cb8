import type { Archive } from '../../config/config.ts'
import { joinPath, type Path } from '../../domain/path.ts'

/** Where an archive keeps what is its own: `.carbonation/` below its root.
 *
 *   .carbonation/archive-id                 tells this disk from an empty mount point
 *   .carbonation/parts/<digest>             names a directory of the archive that is another file system
 *   .carbonation/staging/<run>.lock         held by a run as long as it lives
 *   .carbonation/staging/<run>/<n>/         one put: staged files, and `intents-<n>` once it publishes
 *
 * A part that is another file system has a `.carbonation/staging` of its own, since no rename leads there.
 */
export const ownDirectory = '.carbonation'

export type Layout = {
  readonly root: Path
  readonly own: Path
  readonly idFile: Path
  readonly parts: Path
  readonly staging: Path
}

/** `root` is the archive's base path, or, without one, the literal prefix of its template; or the top of a part. */
export const layoutOf = (root: Path): Layout => {
  const own = joinPath(root, ownDirectory)
  return {
    root, own, idFile: joinPath(own, 'archive-id'), parts: joinPath(own, 'parts'), staging: joinPath(own, 'staging'),
  }
}

/** An archive as its workers know it. */
export type OpenArchive = {
  readonly archive: Archive
  readonly root: Path
  readonly durability: 'full' | 'none'
  /** Other hosts put files there, too. */
  readonly isShared?: boolean
}

/** Files of these are written anew; of the others only names. */
export const makesCopies = ({ archive }: OpenArchive): boolean => archive.action === 'copy' || archive.action === 'move'
