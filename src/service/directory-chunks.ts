import type { SightText } from '../domain/sight.ts'
import { baseName, joinPath, parentOf, type Path } from '../domain/path.ts'
import { knownStates, knownStatesOfAll, type KnownState } from '../store/known-states.ts'
import type { Fault } from '../domain/fault.ts'
import { inAdvance } from './in-advance.ts'
import type { Parts } from './parts.ts'

/** A directory and the names in it. */
export type Listed = { readonly directory: Path; readonly names: readonly Path[] }

/** Some files of one or several directories: what the ledger has of each, and what stands there. */
export type Chunk = {
  readonly paths: readonly Path[]
  /** In the order of the paths; none for names that the ledger does not have here. */
  readonly rows: readonly KnownState[]
  readonly sights: readonly (SightText | Fault | null)[]
  /** Ids of those whose names are not in their directory any more. */
  readonly gone: readonly number[]
}

/** Files looked at in one question. */
const lookAtOnce = 1000

/** The files of directories: of each company first those that the ledger has, page by page, then the names that it has not.
 *  While a chunk is in hand the next ones are looked at. */
export async function* directoryChunks(
  listed: readonly Listed[], followSymlinks: boolean, { files, sql }: Pick<Parts, 'files' | 'sql'>,
): AsyncGenerator<Chunk> {
  yield* inAdvance(unseenChunks(listed, sql), async (unseen) => {
    const sights = unseen.paths.length === 0 ? [] : await files.glance(unseen.paths, followSymlinks)
    return { ...unseen, sights }
  })
}

async function* unseenChunks(listed: readonly Listed[], sql: Parts['sql']): AsyncGenerator<Omit<Chunk, 'sights'>> {
  for (const company of companiesOf(listed)) {
    const left = namesLeft(company)
    for await (const page of knownOf(company, sql)) {
      const rows = page.filter((row) => left.take(row.path))
      yield { paths: rows.map((row) => row.path), rows, gone: rows.length === page.length ? [] : missingFrom(rows, page) }
    }
    for (const paths of left.paths()) yield { paths, rows: [], gone: [] }
  }
}

/** Small directories go together, up to as many names as are looked at in one question. */
const companiesOf = (listed: readonly Listed[]): readonly (readonly Listed[])[] => {
  const companies: Listed[][] = []
  let room = 0
  for (const one of listed) {
    room -= one.names.length
    const company = room > 0 ? companies.at(-1) : undefined
    if (company !== undefined) company.push(one)
    else {
      companies.push([one])
      room = lookAtOnce - one.names.length
    }
  }
  return companies
}

/** What the ledger has of a company, page by page, so that memory does not grow with a directory. Where it has much more
 *  of several directories than stands in them, each is asked for by itself. */
async function* knownOf(company: readonly Listed[], sql: Parts['sql']): AsyncGenerator<readonly KnownState[]> {
  if (company.length > 1) {
    const most = 2 * lookAtOnce
    const rows = await knownStatesOfAll(sql, company.map((one) => one.directory), most + 1)
    if (rows.length <= most) {
      if (rows.length > 0) yield rows
      return
    }
  }
  for (const { directory } of company) {
    for (let after = 0; ; ) {
      const page = await knownStates(sql, directory, { after, limit: lookAtOnce })
      if (page.length > 0) yield page
      if (page.length < lookAtOnce) break
      after = page.at(-1)?.id ?? after
    }
  }
}

/** The names of a company that the ledger was not found to have yet; their paths as many at a time as are looked at, since
 *  a directory may hold a million. */
const namesLeft = (company: readonly Listed[]): { take(path: Path): boolean; paths(): Iterable<readonly Path[]> } => {
  const left = new Map(company.map(({ directory, names }) => [directory, new Set(names)]))
  const [only] = company.length === 1 ? left.values() : []
  return {
    take: (path) => (only ?? left.get(parentOf(path)))?.delete(baseName(path)) ?? false,
    paths: function* () {
      let some: Path[] = []
      for (const [directory, names] of left) {
        for (const name of names) {
          if (some.push(joinPath(directory, name)) < lookAtOnce) continue
          yield some
          some = []
        }
      }
      if (some.length > 0) yield some
    },
  }
}

const missingFrom = (rows: readonly KnownState[], page: readonly KnownState[]): readonly number[] => {
  const met = new Set(rows)
  return page.filter((row) => !met.has(row)).map((row) => row.id)
}
