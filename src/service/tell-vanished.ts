import type { Watch } from '../config/config.ts'
import { knownById } from '../store/known-by-id.ts'
import type { PassParts } from './pass-parts.ts'

/** Rows asked for in one question. */
const page = 1000

/** What is gone becomes a candidate, so that its group decides what that means. */
export const tellVanished = async (
  watch: Watch, ids: readonly number[], pace: () => Promise<void>, { sql, settling, candidates }: PassParts, signal: AbortSignal,
): Promise<void> => {
  for (let at = 0; at < ids.length && !signal.aborted; at += page) {
    for (const { path, groupKey } of await knownById(sql, ids.slice(at, at + page))) {
      settling.forget(path)
      candidates.add(watch.name, groupKey, { path, identity: null })
    }
    await pace()
  }
}
