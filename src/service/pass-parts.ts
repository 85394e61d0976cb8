import type { Watch } from '../config/config.ts'
import type { Archives } from './archives.ts'
import type { Candidates } from './candidates.ts'
import type { Claims } from './claims.ts'
import type { OtherRules } from './due.ts'
import type { Lease } from './lease.ts'
import type { Parts } from './parts.ts'
import type { Tally } from './tally.ts'

/** Everything that a pass works with. */
export type PassParts = Parts & {
  readonly archives: Archives
  readonly candidates: Candidates
  readonly lease: Lease
  readonly claims: Claims
  readonly tally: Tally
  /** What is left of each watch that other rules decided. */
  readonly reopened: Map<string, OtherRules>
  /** Frees what batches left in memory. */
  readonly tidy: () => void
}

/** The watches that are this process's to work on. */
export const activeWatches = ({ config, lease }: Pick<PassParts, 'config' | 'lease'>): readonly Watch[] =>
  config.watches.filter((one) => lease.isActive(one.name))
