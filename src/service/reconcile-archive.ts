import type { Archive } from '../config/config.ts'
import { Fault } from '../domain/fault.ts'
import { isWithin, showPath, type Path } from '../domain/path.ts'
import { archiveStates, rememberArchive } from '../store/archive-state.ts'
import { archivedCounts, archivedElsewhere, newestComponent } from '../store/archived-rows.ts'
import { awayParts, notMounted } from './archive-parts.ts'
import type { ArchiveOptions, Comparison } from './archive-comparison.ts'
import { compareLedger, compareTree } from './compare-archive.ts'
import { openIdSet } from './id-set.ts'
import type { PassParts } from './pass-parts.ts'
import { recover } from './recover.ts'
import { newReport, tell, type ArchiveReport } from './archive-report.ts'

/** Holds archives against the ledger by archive path: what is missing, what is back, what is unknown and so adopted.
 *  The trees are walked first, some directories at a time; what the ledger has and the walk did not meet is then looked at
 *  by itself. An archive that is not the one that it was is a trouble of that archive, and nothing in it is missing. */
export const reconcileArchive = async (parts: PassParts, options: ArchiveOptions): Promise<ArchiveReport> => {
  const report = newReport()
  if (!options.dryRun) await recover(parts)
  const roots = Map.groupBy(options.archives, options.rootOf)
  const otherRoots = new Set(parts.config.archives.map(options.rootOf))
  const shared = {
    met: openIdSet(), newest: await newestComponent(parts.sql), report, parts, options, progress: await progressOf(parts, options),
  }
  const elsewhere = await archivedElsewhere(parts.sql, new Map(options.archives.flatMap((one) =>
    one.basePath === null ? [] : [[one.name, options.rootOf(one)] as const])))
  const comparisons = new Map<string, Comparison>()
  for (const [root, archives] of roots) {
    const usable: Archive[] = []
    for (const archive of archives) if (await isThere(archive, root, report, parts, options)) usable.push(archive)
    if (usable.length === 0) continue
    const away = await partsAway(root, report, parts)
    if (away === null) continue
    const comparison: Comparison = {
      ...shared, root, archives: usable,
      inScope: (path) =>
        (options.paths.length === 0 || options.paths.some((one) => isWithin(one, path))) &&
        !away.some((one) => isWithin(one, path)),
      mayAdopt: await mayAdopt(usable, root, elsewhere, shared),
    }
    const from = options.paths.length === 0 ? [root] : options.paths.filter((path) => isWithin(root, path))
    await compareTree(from, new Set([...otherRoots].filter((one) => one !== root)), comparison)
    for (const { name } of usable) comparisons.set(name, comparison)
  }
  await compareLedger(comparisons)
  report.interrupted = options.signal.aborted
  return report
}

const progressOf = async ({ sql }: PassParts, { archives, onProgress }: ArchiveOptions): Promise<(count: number) => void> => {
  const counts = await archivedCounts(sql)
  const total = archives.reduce((sum, { name }) => sum + (counts.get(name) ?? 0), 0)
  let done = 0
  return (count) => onProgress((done += count), Math.max(total, done))
}

/** An archive that was never used and is not there has nothing in it. One that was is what it was, or in trouble. */
const isThere = async (
  { name }: Archive, root: Path, report: ArchiveReport, { sql, files, destination, clock }: PassParts, { dryRun }: ArchiveOptions,
): Promise<boolean> => {
  const known = (await archiveStates(sql)).find((one) => one.name === name)
  const expected = known?.archiveId ?? null
  if (expected === null) {
    const [sight] = await files.look([root], true)
    if (sight === null) return false
    if (sight instanceof Fault) {
      tell(report, sight)
      return false
    }
    if (dryRun) return true
  }
  const state = await destination(name).check(expected)
  if (state instanceof Fault) {
    tell(report, state)
    return false
  }
  if (expected === null) await rememberArchive(sql, { name, archiveId: state.id, trouble: null }, clock.now())
  return true
}

/** The parts that are not mounted, each told; null where that cannot be seen. */
const partsAway = async (root: Path, report: ArchiveReport, { files }: PassParts): Promise<readonly Path[] | null> => {
  try {
    const away = await awayParts(root, files)
    for (const part of away) tell(report, notMounted(part))
    return away
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    tell(report, error)
    return null
  }
}

/** Were the archive moved, every file in it would look unknown and be registered a second time. */
const mayAdopt = async (
  archives: readonly Archive[], root: Path, elsewhere: ReadonlyMap<string, Path>,
  { report, parts: { files } }: Pick<Comparison, 'report' | 'parts'>,
): Promise<boolean> => {
  for (const { name } of archives) {
    const path = elsewhere.get(name)
    if (path === undefined) continue
    const [sight] = await files.look([path])
    if (sight !== null) continue
    const such = `the ledger has files of the archive ${name} such as ${showPath(path)}`
    tell(report, new Fault(`${such}, which is not below its base_path ${showPath(root)}: nothing is adopted`, {
      remedy: 'set base_path as it was, or put a symbolic link where the archive was before',
    }))
    return false
  }
  return true
}
