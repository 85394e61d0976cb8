import type { Status } from '../domain/status.ts'
import { statuses } from '../domain/status.ts'
import type { Instant } from '../domain/time.ts'
import type { Columns } from '../plugin/contract.ts'
import { componentCounts } from '../store/component-counts.ts'
import { inDelivery } from '../store/in-delivery.ts'
import { schemaVersion } from '../store/migrations.ts'
import { missingInArchive } from '../store/missing-in-archive.ts'
import { missingMetadata } from '../store/missing-metadata.ts'
import { columnDrift } from '../store/plugin-columns.ts'
import type { Sql } from '../world.ts'

/** What `db status` tells, as its JSON has it. */
export type DatabaseStatus = {
  readonly schema: number
  readonly components: Readonly<Record<Status, number>>
  readonly in_delivery: number
  readonly in_archive: number
  readonly missing_metadata: number
  /** What differs between the plugin's columns and the table, a sentence each. */
  readonly drift: readonly string[]
}

export const databaseStatus = async (sql: Sql, columns: Columns, now: Instant): Promise<DatabaseStatus> => {
  const counts = await componentCounts(sql, now)
  return {
    schema: await schemaVersion(sql),
    components: Object.fromEntries(statuses.map((one) => [one, counts[one].total])) as Record<Status, number>,
    in_delivery: [...(await inDelivery(sql)).values()].reduce((sum, one) => sum + one, 0),
    in_archive: counts.archived.total - await missingInArchive(sql),
    missing_metadata: await missingMetadata(sql),
    drift: await columnDrift(sql, columns),
  }
}
