import type { Watch } from '../config/config.ts'
import { Fault } from '../domain/fault.ts'
import type { Path } from '../domain/path.ts'
import { knownById } from '../store/known-by-id.ts'
import type { Known } from '../store/known-in-directory.ts'
import type { FileSystem, Listing } from '../world.ts'
import { classifierOf } from './classifier.ts'
import { directoryChunks, type Listed } from './directory-chunks.ts'
import { openEntrances } from './entrances.ts'
import { listings } from './listings.ts'
import type { Parts } from './parts.ts'
import { sortChunk, type Found, type ScanCounts } from './sort-chunk.ts'

/** What a scan brings, some directories at a time. */
export type ScanReport = {
  /** New, changed or back: what the ledger does not know like this. */
  readonly found: readonly Found[]
  /** Known to be there, and not there any more. */
  readonly vanished: readonly Known[]
}

export type ScanEnd = {
  readonly counts: ScanCounts
  readonly fault: Fault | null
  readonly fileSystem: FileSystem | null
  /** Every directory that was listed, or to be listed and refused that. */
  readonly directories: ReadonlySet<Path>
  /** Those of them that could not be: what lies in them and below is not known. */
  readonly unreadable: readonly Path[]
  /** Directories with something in them that could not be looked at, each with the first reason. */
  readonly unseen: ReadonlyMap<Path, Fault>
  /** Files that stand there just as the ledger has them. */
  readonly recognised: number
}

/** What a scan came to know so far. */
type Sofar = { -readonly [Key in keyof Omit<ScanEnd, 'directories' | 'unreadable' | 'unseen'>]: ScanEnd[Key] } & {
  readonly directories: Set<Path>
  readonly unreadable: Path[]
  readonly unseen: Map<Path, Fault>
}

type World = Pick<Parts, 'files' | 'sql' | 'log' | 'config'>

/** Walks a watch, or parts of it, and holds it against the ledger, some directories at a time. Unreadable directories are
 *  told and left out, so that nothing in them counts as vanished; those below what was asked for are logged. */
export async function* scan(
  watch: Watch, world: World, from: readonly Path[] = [watch.path],
): AsyncGenerator<ScanReport, ScanEnd> {
  const { files, sql, config } = world
  const end: Sofar = {
    counts: { seen: 0, ignored: 0, unmatched: 0, subdirsNotEntered: 0, nearMisses: 0, samples: [] },
    fault: null, fileSystem: null, directories: new Set(), unreadable: [], unseen: new Map(), recognised: 0,
  }
  const sorting = { watch, classifier: classifierOf(watch, config.watches), counts: end.counts, unseen: end.unseen }
  const pending: Path[] = [...from]
  const entrances = await openEntrances(watch, from, files)
  for await (const answers of listings(pending, files)) {
    const listed = await listedOf(answers, end, { watch, from, world })
    if (end.fault !== null) return end
    for await (const chunk of directoryChunks(listed, watch.followSymlinks, world)) {
      const { found, gone, met, recognised } = sortChunk(chunk, sorting)
      end.recognised += recognised
      pending.push(...await entrances(met))
      const vanished = gone.length === 0 ? [] : (await knownById(sql, gone)).filter((one) => one.watchName === watch.name)
      yield { found, vanished }
    }
  }
  return end
}

type Asked = { readonly watch: Watch; readonly from: readonly Path[]; readonly world: World }

/** The directories that could be listed. One that is not there any more is nothing to tell; where it is the watch's own,
 *  the scan is over. */
const listedOf = async (
  answers: readonly (readonly [Path, Listing | Fault])[], end: Sofar, { watch, from, world: { files, log } }: Asked,
): Promise<readonly Listed[]> => {
  const listed: Listed[] = []
  for (const [directory, listing] of answers) {
    const isRoot = directory === watch.path
    if (listing instanceof Fault && !isRoot && (await files.look([directory]))[0] === null) continue
    end.directories.add(directory)
    if (listing instanceof Fault) {
      end.unreadable.push(directory)
      if (isRoot) end.fault = listing
      else if (!from.includes(directory)) log.write('WARNING', `watch ${watch.name}: ${listing.sentence}`)
    } else {
      if (isRoot) end.fileSystem = listing.fileSystem
      listed.push({ directory, names: listing.names })
    }
  }
  return listed
}
