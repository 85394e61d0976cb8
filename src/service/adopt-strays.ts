import type { Archive } from '../config/config.ts'
import { Fault } from '../domain/fault.ts'
import { isWithin, joinPath, type Path } from '../domain/path.ts'
import { literalPrefix, parseTemplate } from '../domain/template.ts'
import { adopt, type Stray } from './adopt.ts'
import { tell } from './archive-report.ts'
import { settingsOf } from './batch.ts'
import type { Comparison } from './archive-comparison.ts'
import { feedersOf } from './feeders.ts'
import { stageWorld } from './run-batch.ts'

/** Adopts unknown files, each for the archive that it stands in. */
export const adoptStrays = async (strays: readonly Stray[], comparison: Comparison): Promise<void> => {
  const { report, options: { dryRun }, mayAdopt, progress } = comparison
  if (strays.length === 0 || !mayAdopt) return
  if (dryRun) {
    report.created += strays.length
    return progress(strays.length)
  }
  for (const [archive, own] of Map.groupBy(strays, ({ path }) => archiveAt(path, comparison))) {
    await adoptFor(archive, own, comparison)
  }
}

/** Of several archives with one root, the one whose template may lead there, else the first. */
const archiveAt = (path: Path, { archives, root }: Comparison): Archive | undefined =>
  archives.find(({ destination, basePath }) => {
    const prefix = literalPrefix(parseTemplate(destination))
    return isWithin(basePath === null ? prefix : joinPath(root, prefix), path)
  }) ?? archives[0]

const adoptFor = async (archive: Archive | undefined, strays: readonly Stray[], comparison: Comparison): Promise<void> => {
  const { report, parts, options: { columns, actor }, root, progress } = comparison
  if (archive === undefined) return
  const watchName = watchFor(archive.name, comparison)
  if (watchName instanceof Fault) {
    if (!report.firstTroubles.some((one) => one.message === watchName.message)) tell(report, watchName)
    return
  }
  const now = parts.clock.now()
  const settings = settingsOf(parts.config, parts.rules())
  const adopted = await adopt(strays, {
    settings: settings(watchName), archiveName: archive.name, root, world: stageWorld({ ...parts, settings }, now), columns,
    actor, now, onRead: progress,
  }, parts)
  report.created += adopted.count
  report.busy += adopted.waiting
  for (const fault of adopted.faults) tell(report, fault)
}

const watchFor = (archiveName: string, { parts, options }: Comparison): string | Fault => {
  if (options.watch !== null) return options.watch
  const names = feedersOf(archiveName, parts.config, parts.rules()).map((one) => one.name)
  const [only] = names
  if (only !== undefined && names.length === 1) return only
  const who = only === undefined ? 'no watch feeds it' : `${names.join(', ')} feed it`
  return new Fault(`the archive ${archiveName} has files that the ledger does not know, and ${who}: nothing is adopted`, {
    remedy: 'say by --watch as whose delivery they count',
  })
}
