import { isWithin, parentOf, type Path } from '../domain/path.ts'
import { archiveRoot } from './archive-place.ts'
import type { Report } from './report.ts'
import type { Config, Watch } from './config.ts'

/** An archive inside a watched directory would be delivered again, and a delivery inside an archive would be
 *  taken for archived: both are refused, whatever the patterns say and also where the watch does not go into
 *  directories. */
export const noteOverlaps = (config: Config, error: Report) => {
  for (const [index, watch] of config.watches.entries()) {
    for (const archive of config.archives) {
      const root = archiveRoot(archive)
      if (!isWithin(root, watch.path) && !isWithin(watch.path, root)) continue
      const how =
        root === watch.path ? 'is also' : isWithin(root, watch.path) ? 'lies inside' : 'has inside it'
      const advice =
        archive.basePath === null ? 'set its base_path to a directory apart' : 'keep the two apart'
      error.at(
        ['watch', index, 'path'],
        `${watch.path} ${how} the archive ${JSON.stringify(archive.name)} (${root}); ${advice}`,
      )
    }
  }
}

/** The program's own database and log change all the time; a watch that sees them never rests. */
export const noteOwnFiles = (config: Config, warning: Report) => {
  const own: [Path | null, string, string][] = [
    [config.logging.file, 'logging', 'file'],
    [config.database.engine === 'sqlite' ? config.database.name : null, 'database', 'name'],
  ]
  for (const [path, table, key] of own) {
    const watch = config.watches.find((one) => path !== null && sees(one, path))
    if (watch !== undefined)
      warning.at([table, key], `${path} lies in the watch ${JSON.stringify(watch.name)}`)
  }
}

const sees = (watch: Watch, path: Path): boolean =>
  watch.recursive ? isWithin(watch.path, path) : parentOf(path) === watch.path
