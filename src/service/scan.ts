import type { Watch } from '../config/config.ts'
import { Fault } from '../domain/fault.ts'
import type { Identity } from '../domain/identity.ts'
import { kindOf, showsState, sightOf, type SightText } from '../domain/sight.ts'
import { parentOf, showPath, type Path } from '../domain/path.ts'
import { knownById } from '../store/known-by-id.ts'
import type { Known } from '../store/known-in-directory.ts'
import type { KnownState } from '../store/known-states.ts'
import type { FileSystem } from '../world.ts'
import { classifierOf, type Classifier } from './classifier.ts'
import { directoryChunks, type Listed } from './directory-chunks.ts'
import { openEntrances, type MetDirectory } from './entrances.ts'
import { listings } from './listings.ts'
import type { Parts } from './parts.ts'

/** What a look at one watch counted. */
export type ScanCounts = {
  /** Files under the patterns that are there. */
  seen: number
  ignored: number
  unmatched: number
  subdirsNotEntered: number
  /** A name that only differs in case from a pattern. */
  nearMisses: number
  samples: Path[]
}

export type Found = { readonly path: Path; readonly identity: Identity }

/** What a scan brings, directory by directory. */
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

/** Walks a watch, or parts of it, and holds it against the ledger, some directories at a time. Unreadable directories are
 *  told and left out, so that nothing in them counts as vanished; those below what was asked for are logged. */
export async function* scan(
  watch: Watch, { files, sql, log, config }: Pick<Parts, 'files' | 'sql' | 'log' | 'config'>, from: readonly Path[] = [watch.path],
): AsyncGenerator<ScanReport, ScanEnd> {
  const counts: ScanCounts = { seen: 0, ignored: 0, unmatched: 0, subdirsNotEntered: 0, nearMisses: 0, samples: [] }
  const classifier = classifierOf(watch, config.watches)
  const pending: Path[] = [...from]
  const directories = new Set<Path>()
  const unreadable: Path[] = []
  const unseen = new Map<Path, Fault>()
  let fileSystem: FileSystem | null = null
  let recognised = 0
  const ending = (fault: Fault | null): ScanEnd => ({
    counts, fault, fileSystem, directories, unreadable, unseen, recognised,
  })
  const entrances = await openEntrances(watch, from, files)
  for await (const answers of listings(pending, files)) {
    const listed: Listed[] = []
    for (const [directory, listing] of answers) {
      const isRoot = directory === watch.path
      if (listing instanceof Fault) {
        if (!isRoot && (await files.look([directory]))[0] === null) continue
        directories.add(directory)
        unreadable.push(directory)
        if (isRoot) return ending(listing)
        if (!from.includes(directory)) log.write('WARNING', `watch ${watch.name}: ${listing.sentence}`)
        continue
      }
      directories.add(directory)
      if (isRoot) fileSystem = listing.fileSystem
      listed.push({ directory, names: listing.names })
    }
    for await (const chunk of directoryChunks(listed, watch.followSymlinks, { files, sql })) {
      const found: Found[] = []
      const met: MetDirectory[] = []
      const gone = [...chunk.gone]
      for (const [index, path] of chunk.paths.entries()) {
        const [sight, row] = [chunk.sights[index] ?? null, chunk.rows[index]]
        if (sight === null && row !== undefined) gone.push(row.id)
        if (sight instanceof Fault && !unseen.has(parentOf(path))) unseen.set(parentOf(path), sight)
        if (sight === null || sight instanceof Fault || !isTaken(path, sight, { watch, classifier, counts, met })) continue
        if (row !== undefined && isInState(row, sight)) recognised += 1
        else found.push({ path, identity: sightOf(sight).identity })
      }
      pending.push(...await entrances(met))
      const vanished = gone.length === 0 ? [] : (await knownById(sql, gone)).filter((one) => one.watchName === watch.name)
      yield { found, vanished }
    }
  }
  return ending(null)
}

const isInState = ({ state, seen }: KnownState, now: SightText): boolean =>
  showsState(now, state) || (seen !== null && showsState(now, seen))

type Sorting = {
  readonly watch: Watch
  readonly classifier: Classifier
  readonly counts: ScanCounts
  readonly met: MetDirectory[]
}

/** Whether a file of this watch stands there; everything else is counted, and directories are noted. */
const isTaken = (
  path: Path, sight: SightText, { watch, classifier: { classify, isNearMiss }, counts, met }: Sorting,
): boolean => {
  const verdict = classify(path)
  if (verdict === 'other') return false
  const kind = kindOf(sight)
  if (kind === 'directory') {
    if (watch.recursive && verdict !== 'ignored') met.push({ path, sight })
    else counts.subdirsNotEntered += 1
    return false
  }
  if (verdict === 'taken' && kind !== 'symlink') {
    counts.seen += 1
    return true
  }
  if (verdict === 'marker') {
    counts.ignored += 1
    return false
  }
  if (verdict === 'unmatched') {
    counts.unmatched += 1
    if (isNearMiss(path)) counts.nearMisses += 1
  } else counts.ignored += 1
  if (counts.samples.length < 3) counts.samples.push(showPath(path))
  return false
}
