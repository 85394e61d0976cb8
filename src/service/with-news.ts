import type { Identity } from '../domain/identity.ts'
import type { Path } from '../domain/path.ts'
import { knownByPath } from '../store/known-by-path.ts'
import type { Sql } from '../world.ts'
import type { Candidate } from './candidates.ts'
import { isKnown } from './is-known.ts'

/** Paths that the ledger is asked about at once. */
const askAtOnce = 1000

/** Those of which the ledger does not know everything yet: another host may have worked them off meanwhile. */
export const withNews = async (batch: readonly Candidate[], sql: Sql): Promise<readonly Candidate[]> => {
  const paths = batch.flatMap((one) => (one.due ? [] : [...one.fresh.keys()]))
  const known = new Map<Path, Parameters<typeof isKnown>[0]>()
  for (let at = 0; at < paths.length; at += askAtOnce) {
    for (const [path, row] of await knownByPath(sql, paths.slice(at, at + askAtOnce))) known.set(path, row)
  }
  const isNew = (path: Path, identity: Identity | null): boolean => {
    const row = known.get(path)
    return identity === null ? row !== undefined : row === undefined || !isKnown(row, identity)
  }
  return batch.filter((one) => one.due || [...one.fresh].some(([path, identity]) => isNew(path, identity)))
}
