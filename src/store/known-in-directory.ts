import type { Path } from '../domain/path.ts'
import type { Status } from '../domain/status.ts'
import type { Sql } from '../world.ts'
import { pathDigest } from './digest.ts'
import { pathOf } from './rows.ts'

/** What the ledger knows of a delivered file, as far as a scan needs it. */
export type Known = {
  readonly componentId: number
  readonly watchName: string
  readonly path: Path
  readonly sizeBytes: number
  readonly mtimeNs: string
  readonly ctimeNs: string
  readonly inode: string
  readonly seen: string | null
  readonly status: Status
  readonly groupKey: Path
}

/** Every file of one directory that the ledger believes to be there. */
export const knownInDirectory = async (sql: Sql, directory: Path): Promise<readonly Known[]> => {
  const rows = await sql.all<KnownRow>(
    `select c.id, c.watch_name, c.source_path, c.source_bytes, c.size_bytes, c.mtime_ns, c.ctime_ns, c.inode, c.seen,
            c.status, f.group_key
       from file_components c join files f on f.id = c.group_id
      where c.directory_digest = ? and c.in_delivery = 1 and c.current_digest is not null`,
    [pathDigest(directory)],
  )
  return rows.map(toKnown)
}

export type KnownRow = {
  id: number; watch_name: string; source_path: string | null; source_bytes: Uint8Array | null; size_bytes: number
  mtime_ns: string; ctime_ns: string; inode: string; seen: string | null; status: Status; group_key: string
}

export const toKnown = (row: KnownRow): Known => ({
  componentId: row.id, watchName: row.watch_name, path: pathOf(row), sizeBytes: row.size_bytes, mtimeNs: row.mtime_ns,
  ctimeNs: row.ctime_ns, inode: row.inode, seen: row.seen, status: row.status, groupKey: row.group_key,
})
