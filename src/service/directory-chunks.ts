import type { SightText } from '../domain/sight.ts'
import { baseName, joinPath, type Path } from '../domain/path.ts'
import { knownStates, type KnownState } from '../store/known-states.ts'
import type { Fault } from '../domain/fault.ts'
import type { Parts } from './parts.ts'

/** Some files of a directory: what the ledger has of each, and what stands there. */
export type Chunk = {
  readonly paths: readonly Path[]
  /** In the order of the paths; none for names that the ledger does not have here. */
  readonly rows: readonly KnownState[]
  readonly sights: readonly (SightText | Fault | null)[]
  /** Ids of those whose names are not in the directory any more. */
  readonly gone: readonly number[]
}

/** Files looked at in one question. */
const lookAtOnce = 1000

/** The files of a directory: first those that the ledger has, page by page, then the names that it has not. While a chunk
 *  is in hand the next one is looked at. */
export async function* directoryChunks(
  directory: Path, names: readonly Path[], followSymlinks: boolean, { files, sql }: Pick<Parts, 'files' | 'sql'>,
): AsyncGenerator<Chunk> {
  const begin = (paths: readonly Path[], rows: readonly KnownState[], gone: readonly number[]): Promise<Chunk> =>
    begun((paths.length === 0 ? Promise.resolve([]) : files.glance(paths, followSymlinks))
      .then((sights) => ({ paths, rows, sights, gone })))
  const left = new Set(names)
  let ahead: Promise<Chunk> | null = null
  for (let after = 0; ; ) {
    const page = await knownStates(sql, directory, { after, limit: lookAtOnce })
    const rows = page.filter((row) => left.delete(baseName(row.path)))
    const gone = rows.length === page.length ? [] : missingFrom(rows, page)
    const next = page.length === 0 ? null : begin(rows.map((row) => row.path), rows, gone)
    if (ahead !== null) yield await ahead
    ahead = next
    after = page.at(-1)?.id ?? after
    if (page.length < lookAtOnce) break
  }
  const unknown = [...left]
  for (let at = 0; at < unknown.length; at += lookAtOnce) {
    const next = begin(unknown.slice(at, at + lookAtOnce).map((name) => joinPath(directory, name)), [], [])
    if (ahead !== null) yield await ahead
    ahead = next
  }
  if (ahead !== null) yield await ahead
}

const missingFrom = (rows: readonly KnownState[], page: readonly KnownState[]): readonly number[] => {
  const met = new Set(rows)
  return page.filter((row) => !met.has(row)).map((row) => row.id)
}

/** It may be given up before anybody waits for it: then its error is nobody's. */
const begun = <T>(work: Promise<T>): Promise<T> => {
  work.catch(() => undefined)
  return work
}
