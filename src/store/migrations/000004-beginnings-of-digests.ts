import type { Dialect } from '../dialects/dialect.ts'
import { beginningOf } from '../digest.ts'

/** The indexes that find what is at a path of an archive, and what has some content, hold the beginnings of digests. An
 *  entry has no order that new rows share, so a batch writes nearly every page of such an index, and what counts is how
 *  many pages it has: these are a quarter of the size. What never ought to be there has an index of its own. MariaDB,
 *  which indexes columns alone, keeps its indexes of whole digests. */
export const beginningsOfDigests = (type: Dialect): string[] => {
  const unplaced = type.only("status = 'archived' and (archive_digest is null or sha256 is null)")
  return unplaced === '' ? [] : [
    `create index ix_components_archive_path on file_components (${beginningOf('archive_digest')})`,
    `create index ix_components_content on file_components (${beginningOf('sha256')})`,
    `create index ix_components_unplaced on file_components (status) ${unplaced}`,
    'drop index if exists ix_components_archive',
    'drop index if exists ix_components_sha256',
  ]
}
