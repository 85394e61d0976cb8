import { showPath } from '../../domain/path.ts'
import type { Status } from '../../domain/status.ts'
import type { Sql, SqlValue } from '../../world.ts'
import { pathDigest } from '../digest.ts'
import type { Names } from './exchange.ts'

/** A component as it is adopted. */
export type NewComponent = {
  readonly id: number
  readonly groupId: number
  readonly watchName: string
  /** Where it was delivered, or stands in the archive where it was adopted from there. */
  readonly path: string
  readonly origin: 'delivered' | 'adopted'
  readonly extension: string
  readonly archive: { readonly name: string | null; readonly key: string | null; readonly path: string } | null
  readonly sizeBytes: number
  readonly mtimeNs: string
  readonly ctimeNs: string
  readonly device: string
  readonly inode: string
  readonly sha256: string | null
  readonly status: Status
  readonly inDelivery: boolean
  readonly error: string | null
  readonly retryCount: number
  readonly nextRetryAt: string | null
  readonly lastRetryAt: string | null
  readonly detectedAt: string
  readonly archivedAt: string | null
  readonly clearedAt: string | null
  readonly metadata: string | null
  readonly events: readonly NewEvent[]
}

export type NewEvent = {
  readonly at: string
  readonly from: Status | null
  readonly to: Status
  readonly stage: string
  readonly detail: string | null
  readonly actor: string
}

export const insertComponents = async (sql: Sql, names: Names, components: readonly NewComponent[]): Promise<void> => {
  await sql.many(
    `insert into ${names.fresh('file_components')} (id, watch_name, filename, source_path, path_digest, current_digest, directory_digest,
       group_id, origin, role, archive_name, archive_key, archive_path, archive_digest, size_bytes, mtime_ns, ctime_ns, device, inode,
       sha256, status, in_delivery, in_archive, error_message, retry_count, next_retry_at, last_retry_at, detected_at, archived_at,
       cleared_at, metadata)
     values (?${', ?'.repeat(30)})`,
    components.map(componentValues),
  )
  await sql.many(
    `insert into ${names.fresh('events')} (component_id, group_id, at, from_status, to_status, stage, detail, actor)
     values (?, ?, ?, ?, ?, ?, ?, ?)`,
    components.flatMap(({ id, groupId, events }) => events.map((one) => [id, groupId, one.at, one.from, one.to, one.stage, one.detail, one.actor])),
  )
}

const componentValues = (one: NewComponent): SqlValue[] => {
  const isDelivered = one.origin === 'delivered'
  const digest = pathDigest(one.path)
  return [
    one.id, one.watchName, showPath(one.path.slice(one.path.lastIndexOf('/') + 1)), isDelivered ? showPath(one.path) : null, digest,
    isDelivered ? digest : null, isDelivered ? pathDigest(one.path.slice(0, Math.max(one.path.lastIndexOf('/'), 1))) : null,
    one.groupId, one.origin, one.extension, one.archive?.name ?? null, one.archive?.key ?? null, one.archive?.path ?? null,
    one.archive === null ? null : pathDigest(one.archive.path), one.sizeBytes, one.mtimeNs, one.ctimeNs, one.device, one.inode,
    one.sha256, one.status, Number(one.inDelivery), Number(one.status === 'archived'), one.error, one.retryCount, one.nextRetryAt,
    one.lastRetryAt, one.detectedAt, one.archivedAt, one.clearedAt, one.metadata,
  ]
}
