import type { Watch } from '../config/config.ts'
import { Fault } from '../domain/fault.ts'
import { compilePatterns } from '../domain/glob.ts'
import { differenceOf, identityText, type Identity } from '../domain/identity.ts'
import { isMarker } from '../domain/marker.ts'
import { isOwnFile } from '../domain/own-names.ts'
import { joinPath, relativeTo, showPath, type Path } from '../domain/path.ts'
import { knownInDirectory, type Known } from '../store/known-in-directory.ts'
import type { FileSystem, Sight } from '../world.ts'
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

/** Walks a watch, or parts of it, and holds it against the ledger, one directory at a time. Unreadable directories are
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
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    const listing = await files.list(directory)
    if (listing instanceof Fault) {
      const isRoot = directory === watch.path
      if (!isRoot && (await files.look([directory]))[0] === null) continue
      directories.add(directory)
      unreadable.push(directory)
      if (isRoot) return ending(listing)
      if (!from.includes(directory)) log.write('WARNING', `watch ${watch.name}: ${listing.sentence}`)
      continue
    }
    directories.add(directory)
    if (directory === watch.path) fileSystem = listing.fileSystem
    const known = new Map((await knownInDirectory(sql, directory)).map((one) => [one.path, one]))
    for (let at = 0; at < listing.names.length || at === 0; at += lookAtOnce) {
      const paths = listing.names.slice(at, at + lookAtOnce).map((name) => joinPath(directory, name))
      const sights = await files.look(paths, watch.followSymlinks)
      const refused = sights.find((one) => one instanceof Fault)
      if (refused !== undefined && !unseen.has(directory)) unseen.set(directory, refused)
      const found = paths.flatMap((path, index) => {
        const taken = sort(path, sights[index] ?? null, { watch, classifier, counts, pending })
        const row = known.get(path)
        if (sights[index] !== null) known.delete(path)
        if (taken === null) return []
        if (row === undefined || !isKnown(row, taken)) return [{ path, identity: taken }]
        recognised += 1
        return []
      })
      yield { found, vanished: [] }
    }
    yield { found: [], vanished: [...known.values()].filter((one) => one.watchName === watch.name) }
  }
  return ending(null)
}

/** Names looked at in one question. */
const lookAtOnce = 1000

/** Whether the ledger has this file in this very state, or has noted that it was delivered again. */
export const isKnown = (row: Known, now: Identity): boolean =>
  row.seen === identityText(now) || differenceOf(row, now) === 'same'

type Sorting = {
  readonly watch: Watch
  readonly classifier: Classifier
  readonly counts: ScanCounts
  readonly pending: Path[]
}

/** The identity of a file of this watch; null for everything else, which is counted. */
const sort = (path: Path, sight: Sight | Fault | null, { watch, classifier: { classify, isNearMiss }, counts, pending }: Sorting): Identity | null => {
  if (sight === null || sight instanceof Fault) return null
  const verdict = classify(path)
  if (verdict === 'other') return null
  if (sight.kind === 'directory') {
    if (watch.recursive && verdict !== 'ignored') pending.push(path)
    else counts.subdirsNotEntered += 1
    return null
  }
  if (verdict === 'taken' && sight.kind !== 'symlink') {
    counts.seen += 1
    return sight.identity
  }
  if (verdict === 'marker') {
    counts.ignored += 1
    return null
  }
  if (verdict === 'unmatched') {
    counts.unmatched += 1
    if (isNearMiss(path)) counts.nearMisses += 1
  } else counts.ignored += 1
  if (counts.samples.length < 3) counts.samples.push(showPath(path))
  return null
}

/** Whose file a path is, and whether a watch wants it. */
export type Classifier = {
  /** `marker`: it only says that another file is complete. */
  classify(path: Path): 'taken' | 'ignored' | 'unmatched' | 'marker' | 'other'
  isNearMiss(path: Path): boolean
}

/** A file belongs to the first watch, in the order of the config, whose patterns take it; `other` is another's, or
 *  our own. */
export const classifierOf = (watch: Watch, watches: readonly Watch[]): Classifier => {
  const own = compilePatterns(watch)
  const earlier = watches.slice(0, watches.indexOf(watch)).filter((one) => overlaps(one, watch))
    .map((one) => ({ root: one.path, recursive: one.recursive, takes: compilePatterns(one) }))
  const classify: Classifier['classify'] = (path) => {
    if (isOwnFile(path)) return 'other'
    for (const { root, recursive, takes } of earlier) {
      const relative = relativeTo(root, path)
      if (path.startsWith(`${root}/`) && (recursive || !relative.includes('/')) && takes(relative) === 'taken') return 'other'
    }
    if (watch.marker !== null && isMarker(watch.marker, path)) return 'marker'
    return own(relativeTo(watch.path, path))
  }
  return { classify, isNearMiss: (path) => own.isNearMiss(relativeTo(watch.path, path)) }
}

const overlaps = (one: Watch, other: Watch): boolean =>
  one.path === other.path || `${one.path}/`.startsWith(`${other.path}/`) || `${other.path}/`.startsWith(`${one.path}/`)
