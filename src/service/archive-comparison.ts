import type { Archive } from '../config/config.ts'
import type { Path } from '../domain/path.ts'
import type { Columns } from '../plugin/contract.ts'
import type { ArchiveReport } from './archive-report.ts'
import type { IdSet } from './id-set.ts'
import type { PassParts } from './pass-parts.ts'

/** What `reconcile archive` was asked for. */
export type ArchiveOptions = {
  readonly archives: readonly Archive[]
  readonly rootOf: (archive: Archive) => Path
  /** Only what lies at or below these; empty: everything. */
  readonly paths: readonly Path[]
  /** As whose delivery unknown files are adopted; null: the watch that feeds the archive. */
  readonly watch: string | null
  /** Nothing is written, neither to the ledger nor to the archive. */
  readonly dryRun: boolean
  /** Bytes are read and their digests compared. */
  readonly verify: boolean
  readonly columns: Columns
  readonly actor: string
  readonly signal: AbortSignal
  /** So many more files are done of so many that the ledger has. */
  readonly onProgress: (done: number, total: number) => void
}

/** One root, held against the ledger. */
export type Comparison = {
  readonly root: Path
  readonly archives: readonly Archive[]
  /** Components that the walk met. */
  readonly met: IdSet
  /** The newest component when it began; what came later is not in question. */
  readonly newest: number
  readonly report: ArchiveReport
  readonly parts: PassParts
  readonly options: ArchiveOptions
  readonly inScope: (path: Path) => boolean
  readonly mayAdopt: boolean
  readonly progress: (count: number) => void
}
