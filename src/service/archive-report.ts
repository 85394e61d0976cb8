import type { Fault } from '../domain/fault.ts'
import type { Path } from '../domain/path.ts'

/** What a reconciliation of archives came to, in files. */
export type ArchiveReport = {
  /** Known, and there. */
  found: number
  /** Unknown and adopted; in a dry run, those that would be. */
  created: number
  /** Known, and not there. */
  missing: number
  /** There, with other bytes than were archived. */
  corrupt: number
  /** Neither known nor a regular file. */
  odd: number
  /** Unknown and left for the next time: being archived right now. */
  busy: number
  /** What could not be looked at, read or adopted: how many, and the first of them. */
  troubles: number
  readonly firstTroubles: Fault[]
  readonly firstMissing: Path[]
  readonly firstCorrupt: Path[]
  interrupted: boolean
}

/** As many as people are shown. */
export const shownAtMost = 20

export const newReport = (): ArchiveReport => ({
  found: 0, created: 0, missing: 0, corrupt: 0, odd: 0, busy: 0, troubles: 0, firstTroubles: [], firstMissing: [],
  firstCorrupt: [], interrupted: false,
})

export const tell = (report: ArchiveReport, fault: Fault): void => {
  report.troubles += 1
  if (report.firstTroubles.length < shownAtMost) report.firstTroubles.push(fault)
}

export const tellPath = (paths: Path[], path: Path): void => {
  if (paths.length < shownAtMost) paths.push(path)
}
