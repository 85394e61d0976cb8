import { Fault } from '../../domain/fault.ts'
import { showPath } from '../../domain/path.ts'
import { pathDigest } from '../../store/digest.ts'
import { componentPage, countRows, type PythonComponent } from '../../store/python/read.ts'
import { atPlaces, openSurvey, seenAs, writeSurvey, type Surveyed, type SurveyRow } from '../../store/python/survey.ts'
import type { Files, Plugins, Sql } from '../../world.ts'
import { groupKeys } from '../group-keys.ts'
import { lookAtSources, readCopies, type Copy } from './files.ts'
import { placeDelivered, placeFound, type Placed } from './placed.ts'
import type { Places } from './places.ts'

export type SurveyParts = {
  readonly sql: Sql
  readonly files: Files
  readonly plugins: Plugins
  readonly places: Places
  readonly workers: number
  readonly signal: AbortSignal
  readonly onProgress: (done: number, of: number) => void
}

const names = { old: (table: string) => table }
/** Rows looked at in one go. */
const pageSize = 500

/** Looks at the files of every component before anything is changed: reads what stands in the archive, since the Python
 *  package kept no digests, and what stands in the delivery. What was found out is kept, so that one that is ended goes on
 *  where it was; `basis` tells whether config and rules are still those. */
export const survey = async (parts: SurveyParts, basis: string): Promise<void> => {
  const { sql, signal, onProgress } = parts
  await openSurvey(sql, basis)
  const whole = 2 * await countRows(sql, 'file_components')
  let done = 0
  for (const look of [lookAtDelivered, lookAtFound]) {
    for (let after = 0; ; ) {
      if (signal.aborted) throw new Fault('stopped before anything was changed', { remedy: 'the next "carbonation db upgrade" goes on from here' })
      const page = await componentPage(sql, names, after, pageSize)
      const seen = await seenAs(sql, page.map((one) => one.id))
      await writeSurvey(sql, await look(page.filter((one) => seen.get(one.id) !== signOf(one)), parts))
      done += page.length
      onProgress(done, whole)
      after = page.at(-1)?.id ?? after
      if (page.length < pageSize) break
    }
  }
}

/** What tells whether a row is still as it was when it was looked at. */
const signOf = (one: PythonComponent): string =>
  pathDigest(JSON.stringify([one.statusText, one.watchName, one.sourcePath, one.archivePath, one.sizeBytes, one.inDelivery]))

/** What was not to be had may be there the next time. */
const again = 'look again'

const lookAtDelivered = async (page: readonly PythonComponent[], parts: SurveyParts): Promise<readonly SurveyRow[]> => {
  const own = page.filter((one) => one.watchName !== null)
  const placed = own.map((one) => placeDelivered(one, parts.places))
  const keys = await keysOf(placed, parts)
  const [copies, sources] = await Promise.all([readCopies(placed, parts), lookAtSources(placed, parts)])
  return placed.map((one, index) => {
    const [copy, source] = [copies[index] ?? null, sources[index] ?? null]
    const isAsRecorded = source !== null && source.identity.sizeBytes === one.row.sizeBytes &&
      (copy === null || (copy.sha256 !== null && copy.sha256 === source.sha256))
    return surveyRow(one, keys[index] ?? one.path, copy, {
      identity: isAsRecorded ? source.identity : null, sourceIsThere: source !== null,
      kept: one.row.status === null ? `no version of carbonation writes the status "${one.row.statusText}"` : null,
    })
  })
}

/** What its \`reconcile archive\` registered: a file of an archive under no watch. It did so with what it had archived
 *  itself, too. */
const lookAtFound = async (page: readonly PythonComponent[], parts: SurveyParts): Promise<readonly SurveyRow[]> => {
  const placed = page.filter((one) => one.watchName === null).map((one) => placeFound(one, parts.places))
  const archivers = await atPlaces(parts.sql, placed.map((one) => pathDigest(one.archive?.path ?? '')))
  const keys = await keysOf(placed, parts)
  const copies = await readCopies(placed, parts)
  return placed.map((one, index) => {
    const copy = copies[index] ?? null
    return surveyRow(one, keys[index] ?? one.path, copy, {
      identity: copy?.identity ?? null, sourceIsThere: false, kept: whyKept(one, copy, archivers.get(pathDigest(one.archive?.path ?? '')) ?? []),
    })
  })
}

const archivedByAnother = 'another row archived the file it stands for'

const whyKept = ({ row, watchName }: Placed, copy: Copy | null, archivers: readonly number[]): string | null => {
  if (row.status === null) return `no version of carbonation writes the status "${row.statusText}"`
  if (archivers.some((id) => id !== row.id)) return archivedByAnother
  if (watchName === '') return 'it is of no watch: no single watch feeds the archive that it stands in'
  return copy?.sha256 == null ? 'the file it stands for is not in the archive' : null
}

/** The keys that our rules give them; a path where there is none. */
const keysOf = async (placed: readonly Placed[], { places, plugins }: SurveyParts): Promise<readonly string[]> => {
  const keys: string[] = placed.map((one) => showPath(one.path))
  for (const [name, group] of Map.groupBy(placed.map((one, index) => ({ one, index })), ({ one }) => `${one.origin} ${one.archive?.name} ${one.watchName}`)) {
    const [first] = group
    const own = first === undefined ? null : places.watch(first.one.watchName)
    if (first === undefined || own === null) continue
    const root = first.one.origin === 'delivered' ? own.watch.path : places.archive(first.one.archive?.name ?? '')?.root ?? own.watch.path
    const found = await groupKeys(group.map(({ one }) => one.path), { ...own.watch, path: root }, own.rules, plugins)
    found.forEach((key, at) => {
      if (key instanceof Fault) throw new Fault(`${key.message} (asked for ${name})`, { remedy: 'nothing was changed: mend the plugin, then try again' })
      keys[group[at]?.index ?? -1] = key
    })
  }
  return keys
}

const surveyRow = (
  { row, origin, watchName, path, extension, archive }: Placed, key: string, copy: Copy | null,
  rest: Pick<Surveyed, 'identity' | 'sourceIsThere' | 'kept'>,
): SurveyRow => ({
  id: row.id,
  seen: copy !== null && copy.state !== 'found' ? again : signOf(row),
  archiveDigest: archive === null || rest.kept !== null ? null : pathDigest(archive.path),
  copy: rest.kept === archivedByAnother ? null : copy?.state ?? null,
  found: {
    watchName, path, key, extension, origin, archive, sha256: copy?.sha256 ?? null,
    archivedBytes: copy?.identity?.sizeBytes ?? null, trouble: copy?.trouble ?? null, ...rest,
  },
})
