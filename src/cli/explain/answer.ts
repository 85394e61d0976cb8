import { posix } from 'node:path'
import type { Watch } from '../../config/config.ts'
import type { Fault } from '../../domain/fault.ts'
import { joinPath, type Path } from '../../domain/path.ts'
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
  const path = resolveShown(cwd, what)
  const byKey = async () => findByGroupKey(sql, what, await watchNames(sql, { watches }))
  if (isGroupKey) return { 'group key': byKey }
  return {
    'source path': () => findBySource(sql, path),
    'archive path': () => findByArchivePath(sql, path),
    digest: async () => (/^[0-9a-f]{64}$/i.test(what) ? findByContent(sql, what.toLowerCase()) : []),
    name: async () => (what.includes('/') ? [] : findByName(sql, readShown(what))),
    'group key': byKey,
  }
}

/** A path as the user gave it, and a bare name in every watch. */
const placesOf = async (what: string, { cwd, isGroupKey, sql, watches, look }: Asking): Promise<readonly Place[]> => {
  if (isGroupKey) return []
  const inWatches = what.includes('/') ? [] : watches.map((one) => joinPath(one.path, readShown(what)))
  const paths = [...new Set([resolveShown(cwd, what), ...inWatches])]
  const sights = await look(paths)
  const unsettled = [...(await watchReports(sql)).values()].flatMap((one) => one.unsettled)
  const places = paths.map((one, index) => ({
    path: one, verdicts: whoseFile(one, watches), sight: sights[index] ?? null,
    unsettled: unsettled.find(({ path }) => path === one) ?? null,
  }))
  const isWorthTelling = (one: Place) => one.sight !== null || (what.includes('/') && one.path === paths[0])
  return places.filter(isWorthTelling)
}

/** In this order, since `node:path` keeps no byte that is not UTF-8. */
const resolveShown = (cwd: Path, what: string): Path => readShown(posix.resolve(cwd, what))

/** A byte of a name that is not UTF-8 as this program prints it, `\xHH`, is that byte again. */
const readShown = (text: string): Path =>
  text.replace(/\\x([89a-f][0-9a-f])/g, (_, hex: string) => String.fromCharCode(0xdc00 + Number.parseInt(hex, 16)))
