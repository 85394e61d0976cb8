import type { Path } from '../domain/path.ts'
import type { Sql } from '../world.ts'
import { digestLists, isOneOf, pathDigest } from './digest.ts'
import { exactPath } from './exact-path.ts'

/** An archived component, as far as a look at its archive needs it. */
export type ArchivedRow = {
  readonly id: number
  readonly archiveName: string
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
      where ${isOneOf('archive_digest')} and coalesce(status, '') = 'archived' order by id`,
    digestLists([...byDigest.keys()]),
  )
  return Map.groupBy(rows.map(toArchived), ({ path }) => path)
}

/** A page of what the ledger has in these archives, by id, up to the id `newest`: all archives together, since each page
 *  walks past what is in others. `coalesce` keeps the engine from walking the index of statuses whole for each page. */
export const archivedPage = async (
  sql: Sql, archiveNames: readonly string[], { after, newest, limit = 1000 }: { after: number; newest: number; limit?: number },
): Promise<readonly ArchivedRow[]> => {
  const rows = await sql.all<Row>(
    `select ${columns} from file_components
      where id > ? and id <= ? and archive_name in (select value from json_each(?)) and coalesce(status, '') = 'archived'
      order by id limit ?`,
    [after, newest, JSON.stringify(archiveNames), limit],
  )
  return rows.map(toArchived)
}

/** The id of the newest component; 0 where there is none. */
export const newestComponent = async (sql: Sql): Promise<number> => {
  const [row] = await sql.all<{ id: number | null }>('select max(id) as id from file_components')
  return row?.id ?? 0
}

/** How many files the ledger has in each archive. */
export const archivedCounts = async (sql: Sql): Promise<ReadonlyMap<string, number>> => {
  const rows = await sql.all<{ name: string; count: number }>(
    `select archive_name as name, count(*) as count from file_components
      where status = 'archived' and archive_name is not null group by archive_name`,
  )
  return new Map(rows.map((row) => [row.name, row.count]))
}

/** Of each of these archives, by name and root, one file that the ledger has in it at a place that does not begin with the
 *  root; none for archives that have no such file. */
export const archivedElsewhere = async (sql: Sql, roots: ReadonlyMap<string, Path>): Promise<ReadonlyMap<string, Path>> => {
  if (roots.size === 0) return new Map()
  const starts = [...roots].map(([name, root]) => ({ name, start: root.endsWith('/') ? root : `${root}/` }))
  const lengths = starts.map(({ start }) => `when ? then ${[...start].length}`).join(' ')
  const texts = starts.map(() => 'when ? then ?').join(' ')
  const first = await sql.all<{ id: number }>(
    `select min(id) as id from file_components
      where status = 'archived' and archive_name in (select value from json_each(?))
        and substr(archive_path, 1, case archive_name ${lengths} else 0 end) <> case archive_name ${texts} else '' end
      group by archive_name`,
    [JSON.stringify([...roots.keys()]), ...starts.map((one) => one.name), ...starts.flatMap((one) => [one.name, one.start])],
  )
  const rows = await sql.all<Row>(`select ${columns} from file_components where id in (select value from json_each(?))`, [
    JSON.stringify(first.map((row) => row.id)),
  ])
  return new Map(rows.map((row) => [row.archive_name, toArchived(row).path]))
}

const columns = 'id, archive_name, archive_path, archive_digest, size_bytes, sha256, in_archive'

type Row = {
  id: number; archive_name: string; archive_path: string; archive_digest: string; size_bytes: number; sha256: string | null; in_archive: number
}

const toArchived = (row: Row): ArchivedRow => ({
  id: row.id, archiveName: row.archive_name, path: exactPath(row.archive_path, row.archive_digest), sizeBytes: row.size_bytes, sha256: row.sha256,
  inArchive: row.in_archive === 1,
})
