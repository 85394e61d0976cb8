import { showPath } from '../../domain/path.ts'
import type { Status } from '../../domain/status.ts'
import type { PythonComponent } from '../../store/python/read.ts'
import type { Surveyed } from '../../store/python/survey.ts'
import type { NewComponent, NewEvent } from '../../store/python/write-components.ts'

/** Whom events name that the Python package did not record, but must have been. */
const pythonActor = 'Python carbonation 0.0.1'

export type Adopting = {
  readonly groupId: number
  readonly watchName: string
  /** As columns keep it. */
  readonly now: string
  readonly actor: string
  /** Of those that were archived under one name, its bytes are the ones that stand there. */
  readonly ownsPlace: boolean
}

/** What became of a row: its own status, or why it has another one. */
export type Adopted = { readonly component: NewComponent; readonly changed: string | null }

/** A row of the Python package as one of ours, with its id, its status and its times. What it took for archived and is
 *  not in the archive is not called so: it is archived anew where its source is there, and needs a person where not. */
export const adoptComponent = (row: PythonComponent, found: Surveyed, adopting: Adopting): Adopted => {
  const { groupId, watchName, now } = adopting
  const { status, error, changed } = standingOf(row, found, adopting)
  const inDelivery = row.inDelivery && status !== 'cleared'
  const identity = found.identity ?? { sizeBytes: row.sizeBytes ?? found.archivedBytes ?? 0, mtimeNs: '0', ctimeNs: '0', inode: '0', device: '0' }
  const place = status === 'archived' && found.archive !== null ? found.archive : null
  const component: NewComponent = {
    id: row.id, groupId, watchName, path: found.path, origin: found.origin, extension: found.extension,
    archive: place === null ? null : { ...place, key: place.key === null ? null : showPath(place.key) },
    ...identity, sha256: status === 'archived' ? found.sha256 : null, status, inDelivery,
    error, retryCount: row.retryCount, nextRetryAt: status === 'retry_pending' ? now : null, lastRetryAt: row.lastRetryAt,
    detectedAt: row.detectedAt ?? now, archivedAt: status === 'archived' ? row.archivedAt ?? row.detectedAt ?? now : null,
    clearedAt: inDelivery ? null : row.clearedAt, metadata: row.metadata,
    events: eventsOf(row, found, { status, error, changed }, adopting),
  }
  return { component, changed }
}

type Standing = { readonly status: Status; readonly error: string | null; readonly changed: string | null }

const standingOf = (row: PythonComponent, found: Surveyed, { ownsPlace }: Adopting): Standing => {
  const status = row.status ?? 'detected'
  if (status !== 'archived') return { status, error: status === 'detected' ? null : row.error, changed: null }
  if (found.trouble === null && (ownsPlace || found.identity !== null)) return { status, error: null, changed: null }
  const why = found.trouble === null ? 'another file was archived over it' : found.trouble
  return row.inDelivery && found.sourceIsThere
    ? { status: 'detected', error: null, changed: `${why}: it is archived again from the delivery` }
    : {
        status: 'failed', changed: `${why}, and its source is gone`,
        error: `the Python package archived it as ${row.archivePath ?? 'nothing'}: ${why}, and its source is gone`,
      }
}

const eventsOf = (row: PythonComponent, found: Surveyed, standing: Standing, { now, actor }: Adopting): readonly NewEvent[] => {
  const { status, error, changed } = standing
  const detectedAt = row.detectedAt ?? now
  const isAdopted = found.origin === 'adopted'
  const events: NewEvent[] = isAdopted
    ? [{ at: detectedAt, from: null, to: 'archived', stage: 'reconcile', detail: 'it stood in the archive', actor: pythonActor }]
    : [{ at: detectedAt, from: null, to: 'detected', stage: 'record', detail: null, actor: pythonActor }]
  if (changed !== null) {
    const at = row.archivedAt ?? detectedAt
    events.push({ at, from: 'detected', to: 'detected', stage: 'archive', detail: `archived as ${row.archivePath ?? 'nothing'}`, actor: pythonActor })
    if (status !== 'detected') events.push({ at: now, from: 'detected', to: status, stage: 'adopt', detail: error, actor })
  } else if (status !== 'detected' && !isAdopted) {
    events.push({ at: timeOf(row, status, now), from: 'detected', to: status, stage: stages[status], detail: error, actor: pythonActor })
  }
  const isHousekept = (status === 'archived' || status === 'failed') && !row.inDelivery && row.clearedAt !== null
  if (isHousekept) events.push({ at: row.clearedAt ?? now, from: status, to: status, stage: 'record', detail: 'source removed', actor: pythonActor })
  return [...events, { at: now, from: status, to: status, stage: 'adopt', detail: adoptionNote(row, found, standing), actor }]
}

const adoptionNote = (row: PythonComponent, found: Surveyed, { status, changed }: Standing): string => {
  const grown = status === 'archived' && row.sizeBytes !== null && found.archivedBytes !== null && row.sizeBytes !== found.archivedBytes
  const of = `row ${row.id} of the Python package 0.0.1`
  if (changed !== null) return `adopted from ${of}: ${changed}`
  return grown ? `adopted from ${of}: ${found.archivedBytes} bytes stand in the archive, ${row.sizeBytes} were recorded` : `adopted from ${of}`
}

/** When it came to its status, where the Python package noted that. */
const timeOf = (row: PythonComponent, status: Status, now: string): string =>
  (status === 'archived' ? row.archivedAt ?? row.detectedAt : status === 'cleared' ? row.clearedAt : row.lastRetryAt) ?? now

const stages: Readonly<Record<Status, string>> = {
  detected: 'record', integrity_failed: 'integrity', waiting: 'completeness', timed_out: 'completeness', not_selected: 'selection',
  archived: 'archive', retry_pending: 'archive', failed: 'archive', cleared: 'record', superseded: 'archive',
}
