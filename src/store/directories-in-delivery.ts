import type { Path } from '../domain/path.ts'
import type { Sql } from '../world.ts'
import { pathOf } from './rows.ts'

/** Digests of directories that the ledger ever saw files in, in order, a page after `last` (`''`: the first). Leaps from
 *  one to the next in the index, so it costs a step a directory, not a step a file. */
export const directoryDigests = async (sql: Sql, last: string, limit = 1000): Promise<readonly string[]> => {
  const rows = await sql.all<{ digest: string }>(
    `with recursive leap (digest) as (
       select min(directory_digest) from file_components where directory_digest > ?
       union all
       select (select min(directory_digest) from file_components where directory_digest > leap.digest)
         from leap where leap.digest is not null
     )
     select digest from leap where digest is not null limit ?`,
    [last, limit],
  )
  return rows.map((row) => row.digest)
}

/** One file in delivery of each of these directories that has any of this watch. */
export const sampleOfDirectories = async (
  sql: Sql, digests: readonly string[], watchName: string,
): Promise<readonly Path[]> => {
  if (digests.length === 0) return []
  const rows = await sql.all<{ source_path: string | null; source_bytes: Uint8Array | null }>(
    `select source_path, source_bytes from file_components where id in (
       select min(id) from file_components
        where directory_digest in (select value from json_each(?)) and in_delivery = 1 and watch_name = ?
          and current_digest is not null
        group by directory_digest)`,
    [JSON.stringify(digests), watchName],
  )
  return rows.map(pathOf)
}
