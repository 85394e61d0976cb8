import type { Path } from '../domain/path.ts'
import type { Millis } from '../domain/time.ts'
import type { BesideLoop } from './beside.ts'
import type { DaemonParts, Round } from './daemon-parts.ts'
import { followHints } from './follow-hints.ts'
import { isBelowAny } from './hint-book.ts'
import { lookAtWatch, type LookEnd } from './look.ts'
import type { Lanes } from './lanes.ts'
import { askHowWatched, judgeHints, longestScanInterval, scanInterval, type Root } from './roots.ts'

/** What a look of the loop needs besides. What waits for a file system goes on `beside` the loop. */
type Looking = Pick<Round, 'roots' | 'lanes' | 'beside' | 'signal'>

/** What the settling table had no room for is found by a scan, once some of it has settled. */
export const scanSoonAfterOverflow = ({ settling, clock, config }: DaemonParts, roots: readonly Root[]): void => {
  if (!settling.takeOverflow()) return
  const soon = clock.monotonic() + config.service.scanIntervalMs
  for (const root of roots) root.nextScanAt = Math.min(root.nextScanAt, soon)
}

/** What the following of a root's hints is called among what goes on beside the loop. */
export const hintsOf = (rootName: string): string => `hints ${rootName}`

/** Looks where hints lead. Those of a root whose last ones are still followed wait for that. */
export const takeHints = async (parts: DaemonParts, { roots, lanes, beside, signal }: Looking): Promise<void> => {
  for (const [name, { paths, closed, directories, scan }] of parts.hints.take((one) => beside.isBusy(hintsOf(one)))) {
    const root = roots.find((one) => one.watch.name === name)
    if (root === undefined) continue
    if (scan !== null) root.scanReason = scan
    const isFollowed = await beside.run(hintsOf(name), async () => {
      const { found, unreadable } = await followHints(root.watch, { paths, closed }, parts)
      root.heardHints += found
      noteUnreadable(root, unreadable)
      if (scan !== null || directories.size === 0 || !root.watch.recursive) return
      const end = await lookAtWatch(root.watch, parts, { lanes, signal, from: topmost(directories) })
      noteUnreadable(root, refusedIn(end))
    })
    if (!isFollowed) root.scanReason = { why: 'it was slow to answer, and hints were left out' }
  }
}

/** Those that are below no other one. */
const topmost = (directories: ReadonlySet<Path>): readonly Path[] =>
  [...directories].filter((one) => !isBelowAny(one, directories))

/** One root a round, the longest waiting first, so that hints are not kept waiting behind many scans. Where the watcher
 *  wanted the scan, it is asked afterwards how it watches the root by now. */
export const scanDue = async (parts: DaemonParts, { roots, lanes, beside, signal }: Looking): Promise<void> => {
  const now = parts.clock.monotonic()
  const due = roots.filter((one) => isScanDue(one, now, beside))
  const root = due.toSorted((a, b) => a.nextScanAt - b.nextScanAt)[0]
  if (root !== undefined) await beside.run(scanOf(root), () => scanRoot(root, parts, lanes, signal))
}

/** What the scan of a root is called among what goes on beside the loop. */
export const scanOf = (root: Root): string => `scan ${root.watch.name}`

/** One scan of a root at a time, and none before the watcher answered. */
export const isScanDue = (root: Root, now: Millis, beside: BesideLoop): boolean =>
  !root.isBeginning && (root.scanReason !== null || now >= root.nextScanAt) && !beside.isBusy(scanOf(root))

const scanRoot = async (root: Root, parts: DaemonParts, lanes: Lanes, signal: AbortSignal): Promise<void> => {
  const { scanReason: reason, watch: { name }, lastEnd: before } = root
  root.scanReason = null
  if (reason !== null && reason.routine !== true) parts.log.write('INFO', `watch ${name}: scanned, since ${reason.why}`)
  const isAnnounced = (path: Path): boolean => parts.hints.tellsOf(name, path)
  const end = await lookAtWatch(root.watch, parts, { lanes, signal, isAnnounced })
  if (end.fault !== null && !signal.aborted && end.fault.sentence !== before?.fault?.sentence) {
    parts.log.write('WARNING', `watch ${name}: ${end.fault.sentence}`)
  }
  root.lastEnd = end
  root.nextScanAt = parts.clock.monotonic() + scanInterval(root, parts)
  root.unreadable.clear()
  noteUnreadable(root, refusedIn(end))
  for (const [directory, { sentence }] of end.unseen) {
    if (before?.unseen.has(directory) !== true) parts.log.write('WARNING', `watch ${name}: ${sentence}`)
  }
  const wasWhole = before !== null && before.fault === null
  if (reason === null && end.fault === null && wasWhole) judgeHints(root, end.unannounced, parts)
  if (reason !== null && before !== null) void askHowWatched(root, parts.watcher, { log: parts.log, signal }).finally(parts.wake.up)
}

const refusedIn = ({ unreadable, unseen }: LookEnd): readonly Path[] => [...unreadable, ...unseen.keys()]

/** So many directories are looked into again by themselves; more of them wait for the next scan. */
const unreadableLimit = 1000

const noteUnreadable = (root: Root, directories: Iterable<Path>): void => {
  for (const one of directories) if (root.unreadable.size < unreadableLimit) root.unreadable.add(one)
}

/** Nobody tells when permission is given: directories that could not be read are tried every `scan_interval`. What
 *  stays refused in the root itself costs a scan each time, and less and less often. */
export const visitUnreadable = async (parts: DaemonParts, { roots, lanes, beside, signal }: Looking): Promise<void> => {
  const { scanIntervalMs } = parts.config.service
  for (const root of roots) {
    const now = parts.clock.monotonic()
    if (root.unreadable.size === 0) root.visitPauseMs = scanIntervalMs
    if (root.unreadable.size === 0 || now < root.nextVisitAt) continue
    const directories = topmost(root.unreadable)
    root.unreadable.clear()
    if (directories.includes(root.watch.path)) {
      root.nextScanAt = Math.min(root.nextScanAt, now)
      root.visitPauseMs = Math.min(2 * root.visitPauseMs, longestScanInterval)
    } else {
      await beside.run(`visit ${root.watch.name}`, async () =>
        noteUnreadable(root, refusedIn(await lookAtWatch(root.watch, parts, { lanes, signal, from: directories }))))
    }
    root.nextVisitAt = now + root.visitPauseMs
  }
}
