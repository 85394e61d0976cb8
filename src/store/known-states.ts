import type { Path } from '../domain/path.ts'
import type { Sql } from '../world.ts'
import { pathDigest } from './digest.ts'
import { pathOf } from './rows.ts'

/** A file as a scan holds it against what stands there: the state the ledger has it in, as `identityText` writes it, and
 *  the one it last saw beside that. */
export type KnownState = { readonly id: number; readonly path: Path; readonly state: string; readonly seen: string | null }

/** A page of the files of one directory that the ledger believes to be there, by id; so that memory does not grow with
 *  the directory. */
export const knownStates = async (
  sql: Sql, directory: Path, { after, limit }: { readonly after: number; readonly limit: number },
): Promise<readonly KnownState[]> => {
  const rows = await sql.all<Row>(knownStatesText, [pathDigest(directory), after, limit])
  return rows.map(toState)
}

const toState = (row: Row): KnownState => ({ id: row.id, path: pathOf(row), state: row.state, seen: row.seen })

/** The same of several directories at once, in no order: `limit` at most. */
export const knownStatesOfAll = async (sql: Sql, directories: readonly Path[], limit: number): Promise<readonly KnownState[]> =>
  (await sql.all<Row>(knownStatesOfAllText, [JSON.stringify(directories.map(pathDigest)), limit])).map(toState)

const stateColumns =
  "id, source_path, source_bytes, size_bytes || ':' || mtime_ns || ':' || ctime_ns || ':' || inode as state, seen"

export const knownStatesOfAllText =
  `select ${stateColumns} from file_components
    where directory_digest in (select value from json_each(?)) and in_delivery = 1 and current_digest is not null limit ?`

export const knownStatesText =
  `select ${stateColumns} from file_components
    where directory_digest = ? and in_delivery = 1 and current_digest is not null and id > ? order by id limit ?`

type Row = { id: number; source_path: string | null; source_bytes: Uint8Array | null; state: string; seen: string | null }
