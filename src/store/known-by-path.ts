import type { Path } from '../domain/path.ts'
import type { Sql } from '../world.ts'
import { pathDigest } from './digest.ts'
import { toKnown, type Known, type KnownRow } from './known-in-directory.ts'

/** What the ledger knows of these paths and believes to be there, by path. */
export const knownByPath = async (sql: Sql, paths: readonly Path[]): Promise<ReadonlyMap<Path, Known>> => {
  const rows = await sql.all<KnownRow>(
    `select c.id, c.watch_name, c.source_path, c.source_bytes, c.size_bytes, c.mtime_ns, c.ctime_ns, c.inode, c.seen,
            c.status, f.group_key
       from file_components c join files f on f.id = c.group_id
      where c.current_digest in (select value from json_each(?)) and c.in_delivery = 1`,
    [JSON.stringify(paths.map(pathDigest))],
  )
  return new Map(rows.map(toKnown).map((one) => [one.path, one]))
}
