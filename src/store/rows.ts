import type { Component, Place } from '../domain/component.ts'
import { Fault } from '../domain/fault.ts'
import type { Group } from '../domain/group.ts'
import { pathFromBytes, type Path } from '../domain/path.ts'
import { isStatus } from '../domain/status.ts'
import { fromColumn } from '../domain/time.ts'
import { exactKey, exactPath } from './exact-path.ts'

/** Rows as the database gives them become records here and nowhere else. */
export type GroupRow = {
  id: number; watch_name: string; file_type: string | null; group_key: string; generation: number; complete: number
  archive_name: string | null; name_number: number; metadata: string | null; rules_digest: string | null
  selected_by: string | null; routed_by: string | null; due_at: string | null; warned_at: string | null
  last_arrival_at: string | null; release_requested: number; created_at: string; completed_at: string | null
  completed_seq: number | null; held_by: string | null; group_digest: string
}

export type ComponentRow = {
  id: number; group_id: number; source_path: string | null; source_bytes: Uint8Array | null; role: string | null
  origin: Component['origin']; archive_name: string | null; archive_key: string | null; archive_path: string | null
  archive_digest: string | null
  size_bytes: number; mtime_ns: string; ctime_ns: string; device: string; inode: string; seen: string | null
  sha256: string | null; status: string; in_delivery: number; retry_count: number; next_retry_at: string | null; error_message: string | null
  detected_at: string
}

/** A database that holds what no version of this program writes is a fault of the database. */
const instant = (text: string | null): number | null => (text === null ? null : fromColumn(text))

export const toGroup = (row: GroupRow, members: readonly Component[], previous: readonly Component[]): Group => ({
  id: row.id,
  watchName: row.watch_name,
  fileType: row.file_type,
  key: row.group_key,
  generation: row.generation,
  members,
  createdAt: fromColumn(row.created_at),
  lastArrivalAt: fromColumn(row.last_arrival_at ?? row.created_at),
  complete: row.complete === 1,
  completedAt: instant(row.completed_at),
  completedSeq: row.completed_seq,
  metadata: row.metadata === null ? null : (JSON.parse(row.metadata) as Record<string, unknown>),
  selectedBy: row.selected_by,
  routedBy: row.routed_by,
  archiveName: row.archive_name,
  number: row.name_number,
  primaryExtension: null,
  rulesDigest: row.rules_digest,
  dueAt: instant(row.due_at),
  heldBy: row.held_by,
  warnedAt: instant(row.warned_at),
  releaseRequested: row.release_requested === 1,
  supersedes: false, receipt: null,
  previous,
})

export const toComponent = (row: ComponentRow): Component => {
  if (!isStatus(row.status)) {
    throw new Fault(`component ${row.id} has the status "${row.status}", which no version of carbonation writes`, {
      remedy: 'run "carbonation db check" for all such rows, and correct them in the database',
    })
  }
  return {
    id: row.id,
    path: pathOf(row),
    extension: row.role ?? '',
    origin: row.origin,
    before: row.status,
    status: row.status,
    identity: {
      sizeBytes: row.size_bytes, mtimeNs: row.mtime_ns, ctimeNs: row.ctime_ns, inode: row.inode, device: row.device,
    },
    sha256: row.sha256,
    place: placeOf(row),
    inDelivery: row.in_delivery === 1,
    retryCount: row.retry_count,
    nextRetryAt: instant(row.next_retry_at),
    error: row.error_message,
    detectedAt: fromColumn(row.detected_at),
    seen: row.seen,
    steps: [],
    touched: false,
  }
}

const placeOf = (row: ComponentRow): Place | null => {
  if (row.archive_name === null || row.archive_key === null || row.archive_path === null) return null
  const path = exactPath(row.archive_path, row.archive_digest ?? '')
  return { archive: row.archive_name, key: exactKey(row.archive_key, path), path }
}

/** The exact path: its bytes are kept beside the text where the text cannot hold them. */
export const pathOf = (row: { source_path: string | null; source_bytes: Uint8Array | null }): Path =>
  row.source_bytes === null ? (row.source_path ?? '') : pathFromBytes(row.source_bytes)
