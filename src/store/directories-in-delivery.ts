import type { Path } from '../domain/path.ts'
import type { Sql } from '../world.ts'
import { pathOf } from './rows.ts'

/** Digests of the directories that files of a watch are in, as the ledger believes, in order, a page after `last` (`''`:
 *  the first). Leaps from one to the next in the index, so it costs a step a directory, not a step a file. */
export const directoryDigests = async (sql: Sql, watchName: string, last: string, limit = 1000): Promise<readonly string[]> =>
  (await sql.all<{ digest: string }>(directoryDigestsText, [watchName, last, watchName, limit])).map((row) => row.digest)

const next = (than: string): string =>
  `select min(directory_digest) from file_components
    where watch_name = ? and in_delivery = 1 and current_digest is not null and directory_digest > ${than}`

export const directoryDigestsText =
  `with recursive leap (digest) as (
     ${next('?')}
     union all
     select (${next('leap.digest')}) from leap where leap.digest is not null
   )
   select digest from leap where digest is not null limit ?`

/** One of the files of the watch that are in each of these directories. */
export const sampleOfDirectories = async (
  sql: Sql, digests: readonly string[], watchName: string,
): Promise<readonly Path[]> => {
  if (digests.length === 0) return []
  const rows = await sql.all<{ source_path: string | null; source_bytes: Uint8Array | null }>(sampleText, [
    JSON.stringify(digests), watchName,
  ])
  return rows.map(pathOf)
}

export const sampleText =
  `select source_path, source_bytes from file_components where id in (
     select min(id) from file_components
      where directory_digest in (select value from json_each(?)) and in_delivery = 1 and watch_name = ?
        and current_digest is not null
      group by directory_digest)`
