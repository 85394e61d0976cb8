import type { Watch } from '../config/config.ts'
import { Fault } from '../domain/fault.ts'
import type { Path } from '../domain/path.ts'
import { mayBecome } from '../domain/status.ts'
import type { Instant } from '../domain/time.ts'
import type { Known } from '../store/known-in-directory.ts'
import { openInDelivery } from '../store/open-in-delivery.ts'
import { fileSystemOfWatch } from '../store/watch-state.ts'
import type { FileSystem } from '../world.ts'
import { believe, massVanish } from './believe.ts'
import { batchGroups, type Lanes } from './lanes.ts'
import type { PassParts } from './pass-parts.ts'
import { settleFound } from './settle-found.ts'
import { scan, type ScanEnd } from './scan.ts'
import { stillAbsent } from './still-absent.ts'
import { tellVanished } from './tell-vanished.ts'
import { vanishedDirectories } from './vanished-directories.ts'

/** How a look ended. */
export type LookEnd = ScanEnd & {
  /** Files that it found settled, and took up. */
  readonly taken: number
  /** Those of them that nobody had noticed before. */
  readonly unannounced: number
  /** Files that had not settled. */
  readonly settling: readonly Path[]
  readonly endedAt: Instant
  /** Files that are gone, as their groups were told. */
  readonly vanished: number
  /** Files that were not found and are not taken for gone. */
  readonly kept: number
  /** The file system to be remembered as the watch's own. */
  readonly fileSystem: FileSystem | null
}

export type LookOptions = {
  readonly lanes: Lanes
  readonly signal: AbortSignal
  /** Only these directories of it and what is below, none of them below another. */
  readonly from?: readonly Path[]
  /** Whether a hint that waits tells of this path; without it none does. */
  readonly isAnnounced?: (path: Path) => boolean
  /** A person says that what is gone is gone, however much it is. */
  readonly force?: boolean
}

/** One look at one watch, or at some directories of it: everything there is held against the ledger, and batches are
 *  worked off meanwhile. */
export const lookAtWatch = async (watch: Watch, parts: PassParts, options: LookOptions): Promise<LookEnd> => {
  const { lanes, signal, from = [watch.path] } = options
  const before = await fileSystemOfWatch(parts.sql, watch.name)
  const vanished: Vanished = { open: [], ended: [] }
  const seen = { taken: 0, unannounced: 0, settling: new Array<Path>() }
  const pace = async () => {
    lanes.pump(batchGroups)
    while (parts.candidates.size > candidatesLimit && lanes.active > 0) await lanes.ended()
  }
  const walk = scan(watch, parts, from)
  for (;;) {
    const step = await walk.next()
    if (step.done) {
      const scanned = step.value
      const end = { ...scanned, ...seen, vanished: 0, kept: 0, endedAt: parts.clock.now() }
      if (scanned.fault !== null) return { ...end, fileSystem: before }
      for await (const rows of vanishedDirectories(watch, scanned, parts, from)) note(rows, vanished)
      return { ...end, ...(await endOfVanished(watch, vanished, { scanned, before, pace }, parts, options)) }
    }
    if (signal.aborted) return { ...brokenOff, fileSystem: before, endedAt: parts.clock.now() }
    note(step.value.vanished, vanished)
    const { taken, unannounced, settling } = await settleFound(watch, step.value.found, parts, { isAnnounced: options.isAnnounced })
    seen.taken += taken
    seen.unannounced += unannounced
    for (const path of settling) seen.settling.push(path)
    await pace()
  }
}

/** A scan waits for the lanes where more groups than this wait for a batch. */
const candidatesLimit = 10 * batchGroups

const brokenOff: Omit<LookEnd, 'endedAt'> = {
  counts: { seen: 0, ignored: 0, unmatched: 0, subdirsNotEntered: 0, nearMisses: 0, samples: [] },
  fault: new Fault('the look was broken off'), fileSystem: null, directories: new Set(), unreadable: [], unseen: new Map(), recognised: 0,
  taken: 0, unannounced: 0, settling: [], vanished: 0, kept: 0,
}

/** The ids of what was not found: those that nothing is archived of yet, and those whose status stays. No more than ids
 *  until the end, since it may be a million files. */
type Vanished = { readonly open: number[]; readonly ended: number[] }

const note = (rows: readonly Known[], vanished: Vanished): void => {
  for (const { componentId, status } of rows) {
    if (mayBecome(status, 'cleared')) vanished.open.push(componentId)
    else vanished.ended.push(componentId)
  }
}

type Look = { readonly scanned: ScanEnd; readonly before: FileSystem | null; readonly pace: () => Promise<void> }

/** What is gone is told to its groups, except where that is not to be believed. */
const endOfVanished = async (
  watch: Watch, notFound: Vanished, { scanned, before, pace }: Look, parts: PassParts, options: LookOptions,
): Promise<Pick<LookEnd, 'fault' | 'fileSystem' | 'vanished' | 'kept'>> => {
  const open = await stillAbsent(watch, notFound.open, parts)
  const ended = await stillAbsent(watch, notFound.ended, parts)
  const count = open.length + ended.length
  const isWhole = options.from === undefined
  if (!isWhole && count === 0) return { fault: null, fileSystem: before, vanished: 0, kept: 0 }
  const now = isWhole ? scanned.fileSystem : await parts.files.fileSystemOf(watch.path)
  if (now === null || now instanceof Fault) return { fault: now, fileSystem: before, vanished: 0, kept: count }
  const verdict = believe({
    path: watch.path, now, before, recognised: scanned.recognised, open: open.length, ended: ended.length,
    inDelivery: open.length > massVanish ? await openInDelivery(parts.sql, watch.name) : 0, force: options.force ?? false,
  })
  const told = verdict.believed === 'all' ? [...ended, ...open] : verdict.believed === 'ended' ? ended : []
  await tellVanished(watch, told, pace, parts, options.signal)
  return {
    fault: verdict.fault, fileSystem: isWhole ? verdict.own : before, vanished: told.length, kept: count - told.length,
  }
}
