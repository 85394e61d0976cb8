import { posix } from 'node:path'
import type { Watch } from '../../config/config.ts'
import type { Fault } from '../../domain/fault.ts'
import { joinPath, showPath, unshowPath, type Path } from '../../domain/path.ts'
import { whoseFile, type Verdict } from '../../service/whose-file.ts'
import {
  findByArchivePath, findByContent, findByGroupKey, findByName, findBySource, type Match,
} from '../../store/find-in-ledger.ts'
import { groupHistory, type Generation } from '../../store/group-history.ts'
import { watchNames } from '../../store/watch-names.ts'
import { watchReports, type UnsettledFile } from '../../store/watch-state.ts'
import type { Sight, Sql } from '../../world.ts'

/** What could be found out. */
export type Answer =
  | {
    readonly is: 'group'
    readonly what: string
    readonly foundBy: string
    /** The components that were asked for; empty: the whole group. */
    readonly componentIds: readonly number[]
    /** The newest first. */
    readonly generations: readonly Generation[]
  }
  /** Members of several groups: which one was meant is the user's to say. */
  | { readonly is: 'several'; readonly what: string; readonly foundBy: string; readonly matches: readonly Match[] }
  /** The ledger has no row. */
  | { readonly is: 'unknown'; readonly what: string; readonly places: readonly Place[] }

/** A path that may have been meant. */
export type Place = {
  readonly path: Path
  readonly verdicts: readonly Verdict[]
  /** What stands there; null: nothing. */
  readonly sight: Sight | Fault | null
  /** Since when it has been settling and what it lacks, as the last look left it; null: not known. */
  readonly unsettled: UnsettledFile | null
}

type Asking = {
  readonly cwd: Path
  readonly isGroupKey: boolean
  readonly sql: Sql
  readonly watches: readonly Watch[]
  /** What stands at each path; one answer a path. */
  readonly look: (paths: readonly Path[]) => Promise<readonly (Sight | Fault | null)[]>
}

/** Looks for it as a source path, an archive path, a digest, a bare name and a group key; the first that the ledger
 *  knows is the answer. The disk is only asked about what the ledger does not know. */
export const answerFor = async (what: string, asking: Asking): Promise<Answer> => {
  for (const [foundBy, find] of Object.entries(searches(what, asking))) {
    const matches = await find()
    const [first] = matches
    if (first === undefined) continue
    if (matches.some((one) => one.groupDigest !== first.groupDigest)) return { is: 'several', what, foundBy, matches }
    return {
      is: 'group', what, foundBy,
      componentIds: matches.flatMap((one) => (one.componentId === null ? [] : [one.componentId])),
      generations: await groupHistory(asking.sql, first.groupDigest),
    }
  }
  return { is: 'unknown', what, places: await placesOf(what, asking) }
}

const searches = (
  what: string, { cwd, isGroupKey, sql, watches }: Asking,
): Readonly<Record<string, () => Promise<readonly Match[]>>> => {
  const paths = readings(cwd, what)
  const names = [...new Set([what, unshowPath(what)])]
  const byKey = async () => {
    const watched = await watchNames(sql, { watches })
    return firstFound([...new Set([...names.map(showPath), what])], async (key) => findByGroupKey(sql, key, watched))
  }
  if (isGroupKey) return { 'group key': byKey }
  return {
    'source path': () => firstFound(paths, (path) => findBySource(sql, path)),
    'archive path': () => firstFound(paths, (path) => findByArchivePath(sql, path)),
    digest: async () => (/^[0-9a-f]{64}$/i.test(what) ? findByContent(sql, what.toLowerCase()) : []),
    name: async () => (what.includes('/') ? [] : firstFound(names, (name) => findByName(sql, name))),
    'group key': byKey,
  }
}

/** A path as the user gave it, and a bare name in every watch. */
const placesOf = async (what: string, { cwd, isGroupKey, sql, watches, look }: Asking): Promise<readonly Place[]> => {
  if (isGroupKey) return []
  const inWatches = what.includes('/') ? [] : watches.flatMap((one) => [what, unshowPath(what)].map((name) => joinPath(one.path, name)))
  const paths = [...new Set([...readings(cwd, what), ...inWatches])]
  const sights = await look(paths)
  const unsettled = [...(await watchReports(sql)).values()].flatMap((one) => one.unsettled)
  const places = paths.map((one, index) => ({
    path: one, verdicts: whoseFile(one, watches), sight: sights[index] ?? null,
    unsettled: unsettled.find(({ path }) => path === one) ?? null,
  }))
  const isWorthTelling = (one: Place) => one.sight !== null || (what.includes('/') && one.path === paths[0])
  return places.filter(isWorthTelling)
}

/** What was typed as the name that it is, and as the one that this program would print so: `\xHH` is a byte then.
 *  `node:path` keeps no byte that is not UTF-8, so it sees neither. */
const readings = (cwd: Path, what: string): readonly Path[] => {
  const [typed, printed] = [showPath(what), what.isWellFormed() ? what : showPath(what)]
  return [...new Set([typed, printed].map((one) => unshowPath(posix.resolve(showPath(cwd), one))))]
}

const firstFound = async <T>(asked: readonly T[], find: (one: T) => Promise<readonly Match[]>): Promise<readonly Match[]> => {
  for (const one of asked) {
    const matches = await find(one)
    if (matches.length > 0) return matches
  }
  return []
}
