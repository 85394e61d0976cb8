import type { SightText } from '../domain/sight.ts'
import { baseName, joinPath, type Path } from '../domain/path.ts'
import { knownStates, type KnownState } from '../store/known-states.ts'
import type { Fault } from '../domain/fault.ts'
import { begun } from './begun.ts'
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

/** Chunks on their way, so that neither the ledger nor those who look wait for each other. */
const chunksAhead = 3

/** The files of a directory: first those that the ledger has, page by page, then the names that it has not. While a chunk
 *  is in hand the next ones are looked at. */
export async function* directoryChunks(
  directory: Path, names: readonly Path[], followSymlinks: boolean, { files, sql }: Pick<Parts, 'files' | 'sql'>,
): AsyncGenerator<Chunk> {
  const ahead: Promise<Chunk>[] = []
  const begin = (paths: readonly Path[], rows: readonly KnownState[], gone: readonly number[]) =>
    ahead.push(begun((paths.length === 0 ? Promise.resolve([]) : files.glance(paths, followSymlinks))
      .then((sights) => ({ paths, rows, sights, gone }))))
  const left = new Set(names)
  for (let after = 0; ; ) {
    const page = await knownStates(sql, directory, { after, limit: lookAtOnce })
    const rows = page.filter((row) => left.delete(baseName(row.path)))
    const gone = rows.length === page.length ? [] : missingFrom(rows, page)
    if (page.length > 0) begin(rows.map((row) => row.path), rows, gone)
    while (ahead.length > chunksAhead) yield* ahead.splice(0, 1)
    after = page.at(-1)?.id ?? after
    if (page.length < lookAtOnce) break
  }
  const unknown = [...left]
  for (let at = 0; at < unknown.length; at += lookAtOnce) {
    begin(unknown.slice(at, at + lookAtOnce).map((name) => joinPath(directory, name)), [], [])
    while (ahead.length > chunksAhead) yield* ahead.splice(0, 1)
  }
  yield* ahead
}

const missingFrom = (rows: readonly KnownState[], page: readonly KnownState[]): readonly number[] => {
  const met = new Set(rows)
  return page.filter((row) => !met.has(row)).map((row) => row.id)
}
