import type { Watch } from '../config/config.ts'
import { compilePatterns } from '../domain/glob.ts'
import { isMarker } from '../domain/marker.ts'
import { isOwnFile } from '../domain/own-names.ts'
import { isWithin, relativeTo, type Path } from '../domain/path.ts'

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
  isWithin(one.path, other.path) || isWithin(other.path, one.path)
