import type { RuleSet } from '../../config/rules.ts'
import { splitName } from '../../domain/group-key.ts'
import { baseName, type Path } from '../../domain/path.ts'
import type { PythonComponent } from '../../store/python/read.ts'
import type { Surveyed } from '../../store/python/survey.ts'
import { extensionOf } from '../group-keys.ts'
import type { Places } from './places.ts'

/** A row of the Python package with its place by our config. */
export type Placed = {
  readonly row: PythonComponent
  readonly origin: 'delivered' | 'adopted'
  readonly watchName: string
  readonly path: Path
  readonly extension: string
  readonly archive: Surveyed['archive']
}

/** One that a watch delivered. */
export const placeDelivered = (row: PythonComponent, places: Places): Placed => {
  const watchName = row.watchName ?? ''
  const own = places.watch(watchName)
  const path = own === null ? row.sourcePath : places.delivered(own.watch, row.sourcePath)
  return {
    row, origin: 'delivered', watchName, path, extension: extensionUnder(path, own?.rules),
    archive: row.status !== 'archived' || row.archivePath === null ? null : places.archived(row.archivePath, own?.watch.archive ?? null),
  }
}

/** One that was found in an archive, as the delivery of the one watch that feeds it; '' where there is no such watch. */
export const placeFound = (row: PythonComponent, places: Places): Placed => {
  const archive = places.archived(row.archivePath ?? row.sourcePath, null)
  const watch = archive.name === null ? null : places.feeder(archive.name)
  const rules = watch === null ? undefined : places.watch(watch.name)?.rules
  return { row, origin: 'adopted', watchName: watch?.name ?? '', path: archive.path, extension: extensionUnder(archive.path, rules), archive }
}

const extensionUnder = (path: Path, rules: RuleSet | undefined): string =>
  rules === undefined ? splitName(baseName(path), []).extension : extensionOf(path, rules)

