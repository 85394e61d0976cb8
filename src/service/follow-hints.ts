import { Fault } from '../domain/fault.ts'
import { parentOf, type Path } from '../domain/path.ts'
import { knownByPath } from '../store/known-by-path.ts'
import type { Watch } from '../config/config.ts'
import type { Noted } from './hint-book.ts'
import { isKnown } from './is-known.ts'
import type { PassParts } from './pass-parts.ts'
import { settleFound } from './settle-found.ts'
import { classifierOf } from './classifier.ts'
import type { Found } from './sort-chunk.ts'

/** Paths looked at in one question. */
const lookAtOnce = 1000

/** What hints led to: how many new or changed files, and the directories of those that could not be looked at. */
export type Followed = { found: number; readonly unreadable: Set<Path> }

/** Looks at the paths that hints named, and at files that waited for one of them: what is new or changed begins to settle,
 *  what is gone is told to its group. */
export const followHints = async (watch: Watch, { paths: hinted, closed }: Hinted, parts: PassParts): Promise<Followed> => {
  const { classify } = classifierOf(watch, parts.config.watches)
  const own = [...hinted].filter((path) => classify(path) === 'taken')
  const waiting = [...hinted].flatMap((path) => parts.settling.awaiting(path))
  const paths = waiting.length === 0 ? own : [...new Set([...own, ...waiting])]
  const followed: Followed = { found: 0, unreadable: new Set() }
  for (let at = 0; at < paths.length; at += lookAtOnce) {
    await lookAt(watch, { paths: paths.slice(at, at + lookAtOnce), closed }, parts, followed)
  }
  return followed
}

type Hinted = Pick<Noted, 'paths' | 'closed'>
type Asked = Pick<Noted, 'closed'> & { readonly paths: readonly Path[] }

const lookAt = async (watch: Watch, { paths, closed }: Asked, parts: PassParts, followed: Followed): Promise<void> => {
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
  await settleFound(watch, found, parts, { closed })
}
