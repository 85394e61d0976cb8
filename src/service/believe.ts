import { Fault } from '../domain/fault.ts'
import { showPath, type Path } from '../domain/path.ts'
import type { FileSystem } from '../world.ts'

/** What a look at a watch did not find any more, and what speaks for and against it. */
export type Evidence = {
  readonly path: Path
  readonly now: FileSystem
  /** As the look before had it; null where there was none. */
  readonly before: FileSystem | null
  /** Files that stand there just as the ledger has them. */
  readonly recognised: number
  /** Files that are gone and not archived, and all that should be there of those. */
  readonly open: number
  readonly inDelivery: number
  /** Files that are gone and whose status that does not change. */
  readonly ended: number
  readonly force: boolean
}

export type Verdict = {
  /** What is taken for gone: all of it, only what is archived or failed, or nothing. */
  readonly believed: 'all' | 'ended' | 'none'
  readonly fault: Fault | null
  /** Which file system is the watch's own from now on. */
  readonly own: FileSystem
}

/** Up to this many files may vanish at once without a question. */
export const massVanish = 100

/** Whether what was not found is gone. On another file system than before nothing is: an empty mount point would clear
 *  a whole watch. Where known files stand on it, it is the same tree under a new id, and the next look believes. Of what
 *  is not archived, more than half and over a hundred at once are kept until a person says so. */
export const believe = ({ path, now, before, recognised, open, inDelivery, ended, force }: Evidence): Verdict => {
  if (force || open + ended === 0) return { believed: 'all', fault: null, own: now }
  if (before !== null && before.id !== now.id) {
    return recognised > 0
      ? { believed: 'none', fault: null, own: now }
      : { believed: 'none', fault: notMounted(path, open + ended), own: before }
  }
  if (open <= massVanish || open * 2 <= inDelivery) return { believed: 'all', fault: null, own: now }
  return { believed: 'ended', fault: tooMany(path, open, inDelivery), own: now }
}

const notMounted = (path: Path, count: number): Fault =>
  new Fault(`another file system than before stands at ${showPath(path)}, without ${count} files of before: not mounted?`, {
    remedy: `mount it, or run "carbonation reconcile delivery --force" to take the files for removed`,
  })

const tooMany = (path: Path, open: number, inDelivery: number): Fault =>
  new Fault(`${open} of ${inDelivery} files that are not archived vanished at once from ${showPath(path)}: not mounted?`, {
    remedy: 'nothing is cleared; if they were removed, run "carbonation reconcile delivery --force"',
  })
