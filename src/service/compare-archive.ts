import { Fault } from '../domain/fault.ts'
import type { Path } from '../domain/path.ts'
import { archivedAtPaths, archivedPage, type ArchivedRow } from '../store/archived-rows.ts'
import { writeArchiveMarks, type ArchiveMark } from '../store/write-archive-marks.ts'
import type { Stray } from './adopt.ts'
import { adoptStrays } from './adopt-strays.ts'
import type { Comparison } from './archive-comparison.ts'
import { tell, tellPath, type ArchiveReport } from './archive-report.ts'
import { walkArchive, type Standing } from './archive-walk.ts'
import { openIntents } from './open-intents.ts'
import { readDigests } from './read-digests.ts'

/** Unknown files that are adopted together; fewer where their directories end before. */
const straysAtOnce = 20_000

/** From the disk to the ledger: what stands there is known, or adopted. */
export const compareTree = async (
  from: readonly Path[], otherRoots: ReadonlySet<Path>, comparison: Comparison,
): Promise<void> => {
  const { report, parts: { files, tidy }, options: { signal } } = comparison
  let strays: Stray[] = []
  for await (const { standing, faults, isLast } of walkArchive(from, otherRoots, files)) {
    if (signal.aborted) return
    for (const fault of faults) tell(report, fault)
    strays.push(...(await compareStanding(standing, comparison)))
    tidy()
    if (isLast || strays.length >= straysAtOnce) {
      await adoptStrays(strays, comparison)
      strays = []
    }
  }
}

/** Gives what is unknown. */
const compareStanding = async (standing: readonly Standing[], comparison: Comparison): Promise<readonly Stray[]> => {
  const { report, parts: { sql, files }, root } = comparison
  if (standing.length === 0) return []
  const rows = await archivedAtPaths(sql, standing.map((one) => one.path))
  const known = standing.flatMap(({ path, sight }) => (rows.has(path) ? [{ path, sight, rows: rows.get(path) ?? [] }] : []))
  await judgeKnown(await resolved(known, comparison), comparison)
  const unknown = standing.filter(({ path }) => !rows.has(path))
  const strays = unknown.filter(({ sight }) => sight.kind === 'file')
  report.odd += unknown.length - strays.length
  if (strays.length === 0) return []
  try {
    const isOpen = await openIntents(root, files)
    const meanwhile = await archivedAtPaths(sql, strays.map((one) => one.path))
    const free = strays.filter(({ path, sight }) => !meanwhile.has(path) && !isOpen(path, sight.identity.ctimeNs))
    report.busy += strays.length - free.length
    return free.map(({ path, sight }) => ({ path, identity: sight.identity }))
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    tell(report, error)
    return []
  }
}

/** From the ledger to the disk: what the walks did not meet is looked at by its path. All archives, by name, in one go. */
export const compareLedger = async (comparisons: ReadonlyMap<string, Comparison>): Promise<void> => {
  const [any] = comparisons.values()
  if (any === undefined) return
  const { met, newest, parts: { sql, tidy }, options: { signal } } = any
  for (let after = 0; !signal.aborted; ) {
    const page = await archivedPage(sql, [...comparisons.keys()], { after, newest })
    const unmet = Map.groupBy(page.filter(({ id }) => !met.has(id)), (row) => row.archiveName)
    for (const [name, rows] of unmet) {
      const comparison = comparisons.get(name)
      if (comparison !== undefined) await judgeUnmet(name, rows.filter(({ path }) => comparison.inScope(path)), comparison)
    }
    tidy()
    after = page.at(-1)?.id ?? after
    if (page.length === 0) return
  }
}

const judgeUnmet = async (archiveName: string, rows: readonly ArchivedRow[], comparison: Comparison): Promise<void> => {
  if (rows.length === 0) return
  const { report, parts: { sql, files, clock }, options: { dryRun, actor } } = comparison
  const sights = await files.look(rows.map((one) => one.path))
  const standing = rows.flatMap((row, index) => {
    const sight = sights[index] ?? null
    if (sight instanceof Fault) tell(report, sight)
    return sight === null || sight instanceof Fault ? [] : [{ path: row.path, sight, rows: [row] }]
  })
  const known = await resolved(standing, comparison)
  const isThere = new Set(known.map((one) => one.path))
  const missing = rows.filter(({ path }, index) => !isThere.has(path) && !(sights[index] instanceof Fault))
  report.missing += missing.length
  for (const { path } of missing) tellPath(report.firstMissing, path)
  const marks = missing.filter((one) => one.inArchive)
    .map(({ id }): ArchiveMark => ({ id, is: 'missing', detail: `it is missing in the archive ${archiveName}` }))
  if (!dryRun) await writeArchiveMarks(sql, marks, { now: clock.now(), actor })
  await judgeKnown(known, comparison)
  comparison.progress(missing.length)
}

/** A known path, what stands there, and whether that is a link to it. */
type Known = Standing & { readonly rows: readonly ArchivedRow[]; readonly isLink?: boolean }

/** Of what stands at known paths, what can be what was put there: regular files, and in an archive of symbolic links those
 *  that lead to one. */
const resolved = async (known: readonly Known[], { archives, parts: { files } }: Comparison): Promise<readonly Known[]> => {
  const regular = known.filter(({ sight }) => sight.kind === 'file')
  const links = known.filter(({ sight }) => sight.kind === 'symlink')
  if (links.length === 0 || !archives.some((one) => one.action === 'symlink')) return regular
  const targets = await files.look(links.map((one) => one.path), true)
  const leading = links.flatMap((link, index): Known[] => {
    const sight = targets[index] ?? null
    return sight === null || sight instanceof Fault || sight.kind !== 'file' ? [] : [{ ...link, sight, isLink: true }]
  })
  return [...regular, ...leading]
}

/** What is there and known: back where it was missing, corrupt where its bytes are others. */
const judgeKnown = async (known: readonly Known[], comparison: Comparison): Promise<void> => {
  const { met, report, parts: { sql, clock }, options: { dryRun, verify, actor }, progress } = comparison
  const rows = known.flatMap((one) => one.rows)
  for (const row of rows) met.add(row.id)
  report.found += known.length
  const back = rows.filter((row) => !row.inArchive)
    .map(({ id }): ArchiveMark => ({ id, is: 'back', detail: 'it is in the archive again' }))
  const isWhole = ({ sight, rows: [row] }: Known) => row?.sizeBytes === sight.identity.sizeBytes
  const cut = known.filter((one) => !isWhole(one)).flatMap(({ sight, rows: [row] }) =>
    row === undefined ? [] : [corrupt(row, `${sight.identity.sizeBytes} bytes`, `${row.sizeBytes}`, report)])
  const readable = verify ? known.filter((one) => isWhole(one) && one.isLink !== true) : []
  progress(known.length - readable.length)
  const marks = [...back, ...cut, ...(await verified(readable, comparison))]
  if (!dryRun) await writeArchiveMarks(sql, marks, { now: clock.now(), actor })
}

const verified = async (
  known: readonly Known[], { report, parts: { files, config }, progress }: Comparison,
): Promise<readonly ArchiveMark[]> => {
  const jobs = known.map(({ path, sight }) => ({ path, identity: sight.identity }))
  const digests = await readDigests(jobs, files, { workers: config.service.workers, onRead: progress })
  return known.flatMap(({ rows }, index) => {
    const digest = digests[index]
    if (digest === undefined) return []
    if (digest instanceof Fault) {
      tell(report, digest)
      return []
    }
    const [bad, good] = [rows.filter((row) => row.sha256 !== digest), rows.filter((row) => row.sha256 === digest)]
    return [
      ...bad.map((row) => corrupt(row, `the SHA-256 ${digest}`, String(row.sha256), report)),
      ...good.map(({ id }): ArchiveMark => ({ id, is: 'verified', detail: null })),
    ]
  })
}

const corrupt = (row: ArchivedRow, found: string, expected: string, report: ArchiveReport): ArchiveMark => {
  report.corrupt += 1
  tellPath(report.firstCorrupt, row.path)
  return { id: row.id, is: 'corrupt', detail: `in the archive it has ${found}, archived were ${expected}` }
}
