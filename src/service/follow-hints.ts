import { Fault } from '../domain/fault.ts'
import { parentOf, type Path } from '../domain/path.ts'
import { knownByPath } from '../store/known-by-path.ts'
import type { Watch } from '../config/config.ts'
import { settle, type PassParts } from './pass.ts'
import { classifierOf, isKnown, type Found } from './scan.ts'

/** Paths looked at in one question. */
const lookAtOnce = 1000

/** What hints led to: how many new or changed files, and the directories of those that could not be looked at. */
export type Followed = { found: number; readonly unreadable: Set<Path> }

/** Looks at the paths that hints named: what is new or changed begins to settle, what is gone is told to its group. */
export const followHints = async (watch: Watch, hinted: ReadonlySet<Path>, parts: PassParts): Promise<Followed> => {
  const { classify } = classifierOf(watch, parts.config.watches)
  const paths = [...hinted].filter((path) => classify(path) === 'taken')
  const followed: Followed = { found: 0, unreadable: new Set() }
  for (let at = 0; at < paths.length; at += lookAtOnce) {
    await lookAt(watch, paths.slice(at, at + lookAtOnce), parts, followed)
  }
  return followed
}

const lookAt = async (
  watch: Watch, paths: readonly Path[], parts: PassParts, followed: Followed,
): Promise<void> => {
  const [sights, known] = await Promise.all([parts.files.look(paths, watch.followSymlinks), knownByPath(parts.sql, paths)])
  const found: Found[] = []
  paths.forEach((path, index) => {
    const [sight, row] = [sights[index], known.get(path)]
    if (sight === undefined) return
    if (sight instanceof Fault) followed.unreadable.add(parentOf(path))
    else if (sight === null) {
      parts.settling.forget(path)
      if (row !== undefined) parts.candidates.add(row.watchName, row.groupKey, { path, identity: null })
    } else if (sight.kind !== 'directory' && sight.kind !== 'symlink') {
      if (row === undefined || !isKnown(row, sight.identity)) found.push({ path, identity: sight.identity })
    }
  })
  followed.found += found.length
  await settle(watch, found, parts)
}
