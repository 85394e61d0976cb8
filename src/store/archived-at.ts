import type { Path } from '../domain/path.ts'
import type { Sql } from '../world.ts'
import { digestLists, isOneOf, pathDigest } from './digest.ts'

/** What a run meant to put into an archive. */
export type MeantPlace = { readonly path: Path; readonly sha256: string; readonly generation: number }

/** Which of these the ledger has, in this very generation: the indexes into the list. */
export const archivedAt = async (sql: Sql, places: readonly MeantPlace[]): Promise<ReadonlySet<number>> => {
  if (places.length === 0) return new Set()
  const rows = await sql.all<{ archive_digest: string; sha256: string; generation: number }>(
    `select archive_digest, sha256, generation from file_components
      where ${isOneOf('archive_digest')} and coalesce(status, '') in ('archived', 'superseded')`,
    digestLists(places.map((one) => pathDigest(one.path))),
  )
  const known = new Set(rows.map((row) => `${row.archive_digest}:${row.sha256}:${row.generation}`))
  return new Set(places.flatMap((one, index) =>
    known.has(`${pathDigest(one.path)}:${one.sha256}:${one.generation}`) ? [index] : []))
}
