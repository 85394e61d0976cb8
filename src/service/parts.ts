import type { Config } from '../config/config.ts'
import type { Rules } from '../config/rules.ts'
import type { Group } from '../domain/group.ts'
import type { Instant } from '../domain/time.ts'
import type { Clock, Destination, Files, Log, Plugins, Sql } from '../world.ts'
import type { Settling } from './settling.ts'

/** The live parts that a pass works with. */
export type Parts = {
  readonly config: Config
  /** Swapped at once on a reload; a batch keeps those it began with. */
  readonly rules: () => Rules
  readonly clock: Clock
  readonly files: Files
  readonly plugins: Plugins
  readonly destination: (archiveName: string) => Destination
  readonly sql: Sql
  /** Writes what a batch decided, all or nothing. */
  readonly record: (groups: readonly Group[], now: Instant) => Promise<void>
  readonly log: Log
  readonly settling: Settling
}
