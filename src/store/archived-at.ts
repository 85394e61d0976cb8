import type { Path } from '../domain/path.ts'
import type { Sql } from '../world.ts'
import { pathDigest } from './digest.ts'

/** Which of these archive paths the ledger has with these very bytes: the indexes into the list. */
export const archivedAt = async (
  sql: Sql, places: readonly { readonly path: Path; readonly sha256: string }[],
): Promise<ReadonlySet<number>> => {
  const rows = await sql.all<{ archive_digest: string; sha256: string }>(
    `select archive_digest, sha256 from file_components
      where archive_digest in (select value from json_each(?)) and status in ('archived', 'superseded')`,
    [JSON.stringify(places.map((one) => pathDigest(one.path)))],
  )
  const known = new Set(rows.map((row) => `${row.archive_digest}:${row.sha256}`))
  return new Set(places.flatMap((one, index) => (known.has(`${pathDigest(one.path)}:${one.sha256}`) ? [index] : [])))
}
