import type { RuleSet } from '../../config/rules.ts'
import { Fault } from '../../domain/fault.ts'
import type { Identity } from '../../domain/identity.ts'
import { baseName, showPath, type Path } from '../../domain/path.ts'
import { splitName } from '../../domain/group-key.ts'
import { pathDigest } from '../../store/digest.ts'
import { componentPage, countRows, type PythonComponent } from '../../store/python/read.ts'
import { atPlaces, openSurvey, seenAs, writeSurvey, type Surveyed, type SurveyRow } from '../../store/python/survey.ts'
import type { Files, Plugins, Sight, Sql } from '../../world.ts'
import { extensionOf, groupKeys } from '../group-keys.ts'
import { readDigests, type ToRead } from '../read-digests.ts'
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

type Placed = {
  readonly row: PythonComponent
  readonly origin: 'delivered' | 'adopted'
  readonly watchName: string
  readonly path: Path
  readonly extension: string
  readonly archive: Surveyed['archive']
}

const placeDelivered = (row: PythonComponent, places: Places): Placed => {
  const watchName = row.watchName ?? ''
  const own = places.watch(watchName)
  const path = own === null ? row.sourcePath : places.delivered(own.watch, row.sourcePath)
  return {
    row, origin: 'delivered', watchName, path, extension: extensionUnder(path, own?.rules),
    archive: row.status !== 'archived' || row.archivePath === null ? null : places.archived(row.archivePath, own?.watch.archive ?? null),
  }
}

const placeFound = (row: PythonComponent, places: Places): Placed => {
  const archive = places.archived(row.archivePath ?? row.sourcePath, null)
  const watch = archive.name === null ? null : places.feeder(archive.name)
  const rules = watch === null ? undefined : places.watch(watch.name)?.rules
  return { row, origin: 'adopted', watchName: watch?.name ?? '', path: archive.path, extension: extensionUnder(archive.path, rules), archive }
}

const extensionUnder = (path: Path, rules: RuleSet | undefined): string =>
  rules === undefined ? splitName(baseName(path), []).extension : extensionOf(path, rules)

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

type Copy = { readonly sha256: string | null; readonly identity: Identity | null; readonly state: 'found' | 'missing' | 'unreadable'; readonly trouble: string | null }

/** What stands in the archive, read in full. */
const readCopies = async (placed: readonly Placed[], parts: SurveyParts): Promise<readonly (Copy | null)[]> => {
  const follows = placed.map(({ archive }) => archive?.name != null && parts.places.archive(archive.name)?.archive.action === 'symlink')
  const read = await readSome(placed.map((one, index) => (one.archive === null || one.row.status !== 'archived'
    ? null : { path: one.archive.path, followSymlink: follows[index] === true })), parts)
  return placed.map((one, index) => {
    if (one.row.status !== 'archived') return null
    const found = read[index]
    if (one.archive === null) return { sha256: null, identity: null, state: 'missing', trouble: 'no path in the archive is recorded' }
    if (found instanceof Fault) return { sha256: null, identity: null, state: 'unreadable', trouble: found.sentence }
    if (found == null) return { sha256: null, identity: null, state: 'missing', trouble: 'it is not there any more' }
    return { ...found, state: 'found', trouble: null }
  })
}

type Source = { readonly identity: Identity; readonly sha256: string | null }

/** What stands in the delivery: read where it was archived, else only looked at. */
const lookAtSources = async (placed: readonly Placed[], parts: SurveyParts): Promise<readonly (Source | null)[]> => {
  const follows = placed.map((one) => parts.places.watch(one.watchName)?.watch.followSymlinks === true)
  const archived = await readSome(placed.map((one, index) => (one.row.inDelivery && one.row.status === 'archived'
    ? { path: one.path, followSymlink: follows[index] === true } : null)), parts)
  const others = await parts.files.look(placed.map((one) => one.path))
  return placed.map((one, index) => {
    const read = archived[index]
    if (read != null && !(read instanceof Fault)) return read
    const sight = others[index] ?? null
    return !one.row.inDelivery || !isFile(sight) ? null : { identity: sight.identity, sha256: null }
  })
}

type Wanted = { readonly path: Path; readonly followSymlink: boolean } | null

const isFile = (sight: Sight | Fault | null): sight is Sight => sight !== null && !(sight instanceof Fault) && sight.kind === 'file'

/** Null where nothing stands, or nothing is wanted. */
const readSome = async (wanted: readonly Wanted[], { files, workers }: SurveyParts): Promise<readonly ({ sha256: string; identity: Identity } | Fault | null)[]> => {
  const answers: ({ sha256: string; identity: Identity } | Fault | null)[] = wanted.map(() => null)
  const reading: { index: number; job: ToRead }[] = []
  for (const followSymlink of [false, true]) {
    const own = wanted.flatMap((one, index) => (one?.followSymlink === followSymlink ? [{ index, path: one.path }] : []))
    const sights = await files.look(own.map((one) => one.path), followSymlink)
    own.forEach(({ index, path }, at) => {
      const sight = sights[at] ?? null
      if (sight instanceof Fault) answers[index] = sight
      else if (isFile(sight)) reading.push({ index, job: { path, identity: sight.identity, followSymlink } })
    })
  }
  const digests = await readDigests(reading.map((one) => one.job), files, { workers })
  reading.forEach(({ index, job }, at) => {
    const digest = digests[at]
    answers[index] = typeof digest === 'string' ? { sha256: digest, identity: job.identity } : digest ?? null
  })
  return answers
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
