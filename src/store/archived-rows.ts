import type { Path } from '../domain/path.ts'
import type { Sql } from '../world.ts'
import { pathDigest } from './digest.ts'
import { exactPath } from './exact-path.ts'

/** An archived component, as far as a look at its archive needs it. */
export type ArchivedRow = {
  readonly id: number
  /** Where its bytes stand in the archive. */
  readonly path: Path
  readonly sizeBytes: number
  readonly sha256: string | null
  readonly inArchive: boolean
}

/** What the ledger has archived at these paths; of several at one path, all. */
export const archivedAtPaths = async (sql: Sql, paths: readonly Path[]): Promise<ReadonlyMap<Path, readonly ArchivedRow[]>> => {
  const byDigest = new Map(paths.map((path) => [pathDigest(path), path]))
  const rows = await sql.all<Row>(
    `select ${columns} from file_components
      where archive_digest in (select value from json_each(?)) and coalesce(status, '') = 'archived' order by id`,
    [JSON.stringify([...byDigest.keys()])],
  )
  return Map.groupBy(rows.map(toArchived), ({ path }) => path)
}

/** A page of what the ledger has in an archive, by id, up to the id `newest`. `coalesce` keeps the engine from walking the
 *  index of statuses whole for each page. */
export const archivedPage = async (
  sql: Sql, archiveName: string, { after, newest, limit = 1000 }: { after: number; newest: number; limit?: number },
): Promise<readonly ArchivedRow[]> => {
  const rows = await sql.all<Row>(
    `select ${columns} from file_components
      where id > ? and id <= ? and archive_name = ? and coalesce(status, '') = 'archived' order by id limit ?`,
    [after, newest, archiveName, limit],
  )
  return rows.map(toArchived)
}

/** The id of the newest component; 0 where there is none. */
export const newestComponent = async (sql: Sql): Promise<number> => {
  const [row] = await sql.all<{ id: number | null }>('select max(id) as id from file_components')
  return row?.id ?? 0
}

/** How many files the ledger has in an archive. */
export const archivedCount = async (sql: Sql, archiveName: string): Promise<number> => {
  const [row] = await sql.all<{ count: number }>(
    "select count(*) as count from file_components where archive_name = ? and status = 'archived'", [archiveName],
  )
  return row?.count ?? 0
}

/** One file that the ledger has in an archive, at a place that does not begin with `root`; null where there is none. */
export const archivedElsewhere = async (sql: Sql, archiveName: string, root: Path): Promise<Path | null> => {
  const start = root.endsWith('/') ? root : `${root}/`
  const [row] = await sql.all<Row>(
    `select ${columns} from file_components
      where archive_name = ? and status = 'archived' and substr(archive_path, 1, ?) <> ? limit 1`,
    [archiveName, [...start].length, start],
  )
  return row === undefined ? null : toArchived(row).path
}

const columns = 'id, archive_path, archive_digest, size_bytes, sha256, in_archive'

type Row = {
  id: number; archive_path: string; archive_digest: string; size_bytes: number; sha256: string | null; in_archive: number
}

const toArchived = (row: Row): ArchivedRow => ({
  id: row.id, path: exactPath(row.archive_path, row.archive_digest), sizeBytes: row.size_bytes, sha256: row.sha256,
  inArchive: row.in_archive === 1,
})
