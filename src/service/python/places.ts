import type { Archive, Config, Watch } from '../../config/config.ts'
import type { RuleSet, Rules } from '../../config/rules.ts'
import { isWithin, joinPath, relativeTo, type Path } from '../../domain/path.ts'
import { literalPrefix, parseTemplate } from '../../domain/template.ts'
import { feedersOf } from '../feeders.ts'

/** Where a path of the Python package lies by our config. That package resolved every symbolic link; we keep paths as the
 *  config spells them. */
export type Places = {
  watch(name: string): { readonly watch: Watch; readonly rules: RuleSet } | null
  /** The path as our scan of its watch would find it. */
  delivered(watch: Watch, path: Path): Path
  archived(path: Path, usual: string | null): { readonly name: string | null; readonly key: Path | null; readonly path: Path }
  archive(name: string): { readonly archive: Archive; readonly root: Path } | null
  /** As whose delivery a file counts that was found in an archive: null where several watches feed it, or none. */
  feeder(archiveName: string): Watch | null
}

type Needed = {
  readonly config: Config
  readonly rules: Rules
  readonly rootOf: (archive: Archive) => Path
  readonly realPath: (path: Path) => Path
}

export const openPlaces = ({ config, rules, rootOf, realPath }: Needed): Places => {
  const watches = new Map(config.watches.map((watch) => [watch.name, watch]))
  const archives = config.archives.map((archive) => ({ archive, root: rootOf(archive), real: realPath(rootOf(archive)) }))
  const realWatches = new Map(config.watches.map((watch) => [watch.name, realPath(watch.path)]))
  const spelled = (path: Path, real: Path, own: Path): Path | null => {
    if (isWithin(own, path)) return path
    return isWithin(real, path) ? joinPath(own, relativeTo(real, path)) : null
  }
  return {
    watch: (name) => {
      const watch = watches.get(name)
      const own = watch === undefined ? undefined : rules[watch.rules]
      return watch === undefined || own === undefined ? null : { watch, rules: own }
    },
    delivered: (watch, path) => spelled(path, realWatches.get(watch.name) ?? watch.path, watch.path) ?? path,
    archived: (path, usual) => {
      const all = archives.flatMap((one) => {
        const own = spelled(path, one.real, one.root)
        return own === null ? [] : [{ name: one.archive.name, key: relativeTo(one.root, own), path: own, leads: leadsTo(one.archive, one.root, own) }]
      })
      const found = all.find((one) => one.leads && one.name === usual) ?? all.find((one) => one.leads) ?? all[0]
      return found === undefined ? { name: null, key: null, path } : { name: found.name, key: found.key, path: found.path }
    },
    archive: (name) => archives.find((one) => one.archive.name === name) ?? null,
    feeder: (archiveName) => {
      const [only, ...others] = feedersOf(archiveName, config, rules)
      return only === undefined || others.length > 0 ? null : only
    },
  }
}

/** Of several archives with one root, its template may lead there. */
const leadsTo = ({ basePath, destination }: Archive, root: Path, path: Path): boolean => {
  const prefix = literalPrefix(parseTemplate(destination))
  return isWithin(basePath === null ? prefix : joinPath(root, prefix), path)
}
