import type { Watch } from '../config/config.ts'
import { Fault } from '../domain/fault.ts'
import type { Path } from '../domain/path.ts'
import { groupKeys } from './group-keys.ts'
import type { PassParts } from './pass-parts.ts'
import { isClosed, type Seen } from './readiness.ts'
import type { Found } from './sort-chunk.ts'
import { takeSeen, type Taken } from './take-seen.ts'

/** What hints say of files: those that were closed after writing, and whether one waits that leads to a path. */
type Told = { readonly closed?: ReadonlySet<Path>; readonly isAnnounced?: ((path: Path) => boolean) | undefined }

/** Files that were seen: what has settled becomes a candidate, the rest goes on settling. Neither becomes of a file whose
 *  group nobody knows, since the rules' function for it failed: that is told. */
export const settleFound = async (
  watch: Watch, found: readonly Found[], parts: PassParts, { closed, isAnnounced }: Told = {},
): Promise<Taken> => {
  const rules = parts.rules()[watch.rules]
  if (found.length === 0 || rules === undefined) return { taken: 0, unannounced: 0, settling: [] }
  parts.tally.lookedAt += found.length
  const keys = await groupKeys(found.map((one) => one.path), watch, rules, parts.plugins)
  const seen = found.flatMap(({ path, identity }, index): readonly Seen[] => {
    const key = keys[index]
    if (key === undefined) return []
    if (key instanceof Fault) {
      parts.log.write('ERROR', `watch ${watch.name}: ${key.sentence}`)
      return []
    }
    const isFinished = closed?.has(path) === true || isClosed(path, identity, watch, parts)
    return [{ watchName: watch.name, path, groupKey: key, identity, closed: isFinished }]
  })
  return takeSeen(watch, seen, rules, parts, isAnnounced)
}
