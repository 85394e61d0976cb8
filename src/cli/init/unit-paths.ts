import { archiveRoot } from '../../config/archive-place.ts'
import type { Config } from '../../config/config.ts'
import { isWithin, joinPath, parentOf, type Path } from '../../domain/path.ts'

/** What of the file system a service needs. */
export type UnitPaths = {
  /** It writes there. */
  readonly writable: readonly Path[]
  /** File systems that have to be mounted before it starts. */
  readonly mounts: readonly Path[]
  /** Credentials may stand in the home directory of its user. */
  readonly readsSecrets: boolean
}

/** What a service with this config writes to and reads from. Deliveries are written to only where a file may
 *  be moved out of them. */
export const unitPaths = (config: Config): UnitPaths => {
  const home = parentOf(config.file)
  const watched = config.watches.map(({ path }) => path)
  const archived = config.archives.map(archiveRoot)
  const own = [
    ...(config.database.engine === 'sqlite' ? [parentOf(absolute(config.database.name, home))] : []),
    ...(config.logging.file === null ? [] : [parentOf(config.logging.file)]),
  ]
  const moves = config.archives.some(({ action }) => action === 'move')
  return {
    writable: outermost([...own, ...archived, ...(moves ? watched : [])]),
    mounts: outermost([home, ...own, ...watched, ...archived]),
    readsSecrets: config.database.engine !== 'sqlite',
  }
}

const absolute = (path: Path, home: Path): Path => path.startsWith('/') ? path : joinPath(home, path)

/** Each path once, without those that lie below another. */
const outermost = (paths: readonly Path[]): readonly Path[] =>
  [...new Set(paths)].filter((path) => !paths.some((other) => other !== path && isWithin(other, path))).sort()
