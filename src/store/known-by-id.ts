import type { Sql } from '../world.ts'
import { toKnown, type Known, type KnownRow } from './known-in-directory.ts'

/** These components, as far as the ledger still believes them to be in delivery. */
export const knownById = async (sql: Sql, ids: readonly number[]): Promise<readonly Known[]> => {
  const rows = await sql.all<KnownRow>(
    `select c.id, c.watch_name, c.source_path, c.source_bytes, c.size_bytes, c.mtime_ns, c.ctime_ns, c.inode, c.seen,
            c.status, f.group_key
       from file_components c join files f on f.id = c.group_id
      where c.id in (select value from json_each(?)) and c.in_delivery = 1 and c.current_digest is not null`,
    [JSON.stringify(ids)],
  )
  return rows.map(toKnown)
}
