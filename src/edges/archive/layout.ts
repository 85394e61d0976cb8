import type { Archive } from '../../config/config.ts'
import { joinPath, type Path } from '../../domain/path.ts'

/** Where an archive keeps what is its own: `.carbonation/` below its root.
 *
 *   .carbonation/archive-id                 tells this disk from an empty mount point
 *   .carbonation/staging/<run>.lock         held by a run as long as it lives
 *   .carbonation/staging/<run>/<n>/         one put: staged files, and `intents` once it publishes
 */
export const ownDirectory = '.carbonation'

export type Layout = {
  readonly root: Path
  readonly own: Path
  readonly idFile: Path
  readonly staging: Path
}

/** `root` is the archive's base path, or, without one, the literal prefix of its template. */
export const layoutOf = (root: Path): Layout => {
  const own = joinPath(root, ownDirectory)
  return { root, own, idFile: joinPath(own, 'archive-id'), staging: joinPath(own, 'staging') }
}

/** An archive as its workers know it. */
export type OpenArchive = { readonly archive: Archive; readonly root: Path; readonly durability: 'full' | 'none' }
