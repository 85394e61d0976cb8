import type { Watch } from '../config/config.ts'
import { compileGlob, compilePatterns } from '../domain/glob.ts'
import { baseName, isWithin, parentOf, relativeTo, type Path } from '../domain/path.ts'
import { classifierOf } from './classifier.ts'

/** What a watch says of a path below its directory.
 *  - `taken`: it is this watch's file; `pattern` null: it takes every name
 *  - `ignored`: by `pattern`, which holds for the file or for a directory above it
 *  - `marker`: it only says that another file is complete
 *  - `unmatched`: no pattern takes it; `nearMiss` where only case stands in the way
 *  - `not_entered`: it lies in a subdirectory, and the watch is not recursive
 *  - `other`: a watch that comes earlier in the config takes it */
export type Verdict = {
  readonly name: string
  readonly path: Path
  readonly verdict: 'taken' | 'ignored' | 'marker' | 'unmatched' | 'not_entered' | 'other'
  readonly pattern: string | null
  readonly nearMiss: boolean
}

/** What every watch whose directory a path lies in says of it; none where it lies in no watch's. */
export const whoseFile = (path: Path, watches: readonly Watch[]): readonly Verdict[] =>
  watches.filter((watch) => isWithin(watch.path, path) && path !== watch.path)
    .map((watch) => judge(path, watch, watches))

const judge = (path: Path, watch: Watch, watches: readonly Watch[]): Verdict => {
  const relative = relativeTo(watch.path, path)
  const said = (verdict: Verdict['verdict'], pattern: string | null = null, nearMiss = false): Verdict =>
    ({ name: watch.name, path: watch.path, verdict, pattern, nearMiss })
  if (!watch.recursive && relative.includes('/')) return said('not_entered')
  const directory = directoriesAbove(relative).find((one) => compilePatterns(watch)(one) === 'ignored')
  if (directory !== undefined) return said('ignored', patternFor(directory, watch.ignorePatterns))
  const { classify, isNearMiss } = classifierOf(watch, watches)
  const verdict = classify(path)
  if (verdict === 'ignored') return said(verdict, patternFor(relative, watch.ignorePatterns))
  if (verdict === 'taken') return said(verdict, patternFor(relative, watch.patterns ?? []))
  return said(verdict, null, verdict === 'unmatched' && isNearMiss(path))
}

/** `a/b/c.txt` lies in `a` and `a/b`. */
const directoriesAbove = (relative: Path): readonly Path[] => {
  const above: Path[] = []
  for (let at = parentOf(relative); at !== ''; at = parentOf(at)) above.unshift(at)
  return above
}

/** The first pattern that holds: one with a `/` for the relative path, any other for the name. */
const patternFor = (relative: Path, patterns: readonly string[]): string | null =>
  patterns.find((pattern) => compileGlob(pattern)(pattern.includes('/') ? relative : baseName(relative))) ?? null
