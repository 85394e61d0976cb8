import type { Path } from '../domain/path.ts'

/** Paths by what they have in common. Mostly it is one path, which then stands for itself. */
export type Crowd = Map<Path, Path | Set<Path>>

/** The same crowd, with one path more. */
export const addTo = (crowd: Crowd, name: Path, path: Path): Crowd => {
  const before = crowd.get(name)
  return crowd.set(name, before === undefined ? path : before instanceof Set ? before.add(path) : new Set([before, path]))
}

/** Without the path; a name that has none left is forgotten. */
export const dropFrom = (crowd: Crowd | undefined, name: Path, path: Path): void => {
  const paths = crowd?.get(name)
  if (paths instanceof Set) paths.delete(path)
  if (!(paths instanceof Set) || paths.size === 0) crowd?.delete(name)
}

/** Those of a name. */
export const pathsIn = (crowd: Crowd | undefined, name: Path): readonly Path[] => {
  const paths = crowd?.get(name) ?? []
  return typeof paths === 'string' ? [paths] : [...paths]
}
