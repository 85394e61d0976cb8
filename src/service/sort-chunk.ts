import type { Watch } from '../config/config.ts'
import { Fault } from '../domain/fault.ts'
import type { Identity } from '../domain/identity.ts'
import { parentOf, showPath, type Path } from '../domain/path.ts'
import { kindOf, showsState, sightOf, type SightText } from '../domain/sight.ts'
import type { KnownState } from '../store/known-states.ts'
import type { Classifier } from './classifier.ts'
import type { Chunk } from './directory-chunks.ts'
import type { MetDirectory } from './entrances.ts'

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

/** What stands there, held against the ledger. */
export type SortedChunk = {
  /** New, changed or back: what the ledger does not know like this. */
  readonly found: readonly Found[]
  /** Ids of what the ledger has there, and nothing stands there. */
  readonly gone: readonly number[]
  /** Directories to go on with. */
  readonly met: readonly MetDirectory[]
  /** Files that stand there just as the ledger has them. */
  readonly recognised: number
}

export type Sorting = {
  readonly watch: Watch
  readonly classifier: Classifier
  readonly counts: ScanCounts
  /** Directories with something in them that could not be looked at, each with the first reason. */
  readonly unseen: Map<Path, Fault>
}

/** Sorts the files of a chunk, and counts them. */
export const sortChunk = (chunk: Chunk, sorting: Sorting): SortedChunk => {
  const { unseen } = sorting
  const found: Found[] = []
  const met: MetDirectory[] = []
  const gone = [...chunk.gone]
  let recognised = 0
  for (const [index, path] of chunk.paths.entries()) {
    const [sight, row] = [chunk.sights[index] ?? null, chunk.rows[index]]
    if (sight === null && row !== undefined) gone.push(row.id)
    if (sight instanceof Fault && !unseen.has(parentOf(path))) unseen.set(parentOf(path), sight)
    if (sight === null || sight instanceof Fault || !isTaken(path, sight, met, sorting)) continue
    if (row !== undefined && isInState(row, sight)) recognised += 1
    else found.push({ path, identity: sightOf(sight).identity })
  }
  return { found, gone, met, recognised }
}

const isInState = ({ state, seen }: KnownState, now: SightText): boolean =>
  showsState(now, state) || (seen !== null && showsState(now, seen))

/** Whether a file of this watch stands there; everything else is counted, and directories are noted. */
const isTaken = (
  path: Path, sight: SightText, met: MetDirectory[], { watch, classifier: { classify, isNearMiss }, counts }: Sorting,
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
