import { Fault } from '../domain/fault.ts'
import { differenceOf, identityText, type Identity } from '../domain/identity.ts'
import type { Path } from '../domain/path.ts'
import type { Known } from '../store/known-in-directory.ts'
import { knownByPath } from '../store/known-by-path.ts'
import type { Watch } from '../config/config.ts'
import { settle, type PassParts } from './pass.ts'
import { classifierOf } from './classifier.ts'
import type { Found } from './scan.ts'

/** Paths looked at in one question. */
const lookAtOnce = 1000

/** Looks at the paths that hints named: what is new or changed begins to settle, what is gone is told to its group. */
export const followHints = async (watch: Watch, hinted: ReadonlySet<Path>, parts: PassParts): Promise<void> => {
  const { classify } = classifierOf(watch, parts.config.watches)
  const paths = [...hinted].filter((path) => classify(path) === 'taken')
  for (let at = 0; at < paths.length; at += lookAtOnce) await lookAt(watch, paths.slice(at, at + lookAtOnce), parts)
}

const lookAt = async (watch: Watch, paths: readonly Path[], parts: PassParts): Promise<void> => {
  const [sights, known] = await Promise.all([parts.files.look(paths, watch.followSymlinks), knownByPath(parts.sql, paths)])
  const found: Found[] = []
  paths.forEach((path, index) => {
    const [sight, row] = [sights[index], known.get(path)]
    if (sight === undefined || sight instanceof Fault) return
    if (sight === null) {
      parts.settling.forget(path)
      if (row !== undefined) parts.candidates.add(row.watchName, row.groupKey, { path, identity: null })
    } else if (sight.kind !== 'directory' && sight.kind !== 'symlink') {
      if (row === undefined || !isKnown(row, sight.identity)) found.push({ path, identity: sight.identity })
    }
  })
  await settle(watch, found, parts)
}

/** Whether the ledger has this file in this very state, or has noted that it was delivered again. */
const isKnown = (row: Known, now: Identity): boolean =>
  row.seen === identityText(now) || differenceOf(row, now) === 'same'
