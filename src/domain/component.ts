import type { Identity } from './identity.ts'
import type { Path } from './path.ts'
import { mayBecome, type Status } from './status.ts'
import type { Instant } from './time.ts'

/** The stages of the pipeline, in the order of a file's life. */
export const stageNames = [
  'record', 'integrity', 'completeness', 'metadata', 'selection', 'routing', 'archive',
] as const
export type StageName = (typeof stageNames)[number]

/** Where a component's bytes are kept. */
export type Place = { readonly archive: string; readonly key: Path; readonly path: Path }

/** One change of status, or a note where `to` is the status it had. */
export type Step = {
  readonly from: Status | null
  readonly to: Status
  readonly stage: string
  readonly detail: string | null
}

/** One version of one delivered file: what the ledger knows of it, and what this batch decided. */
export type Component = {
  /** Null until the ledger has a row. */
  readonly id: number | null
  /** Null for one that was adopted from an archive. */
  readonly path: Path
  /** The extension under its group: what tells members of one group apart. */
  readonly extension: Path
  readonly origin: 'delivered' | 'adopted' | 'taken_over'
  /** The status in the ledger when the batch began; null for a new one. */
  readonly before: Status | null
  readonly status: Status
  /** Of the bytes that are decided about. */
  readonly identity: Identity
  /** What stands at its path now: null when nothing does, undefined when nobody looked. */
  readonly fresh?: Identity | null
  /** It waits for something of its own, such as its checksum, and its group with it. Known within a batch only. */
  readonly isHeld?: boolean
  /** Hex SHA-256 of these bytes, where it is known. */
  readonly sha256: string | null
  readonly place: Place | null
  readonly inDelivery: boolean
  readonly retryCount: number
  readonly nextRetryAt: Instant | null
  readonly error: string | null
  readonly detectedAt: Instant
  /** The identity of a redelivery that policy ignored, kept apart from what is archived. */
  readonly seen: string | null
  /** What this batch decided, in order; the runner writes them as events. */
  readonly steps: readonly Step[]
  /** Whether the row differs from the ledger's though no status changed. */
  readonly touched: boolean
}

/** No reason that a row or an event keeps is longer, whatever a plugin throws. */
export const longestReason = 4000

const brief = <T extends string | null>(reason: T): T | string =>
  reason !== null && reason.length > longestReason ? `${reason.slice(0, longestReason).toWellFormed()}… (${reason.length} characters)` : reason

/** The component with one more step. A transition that the table forbids is a bug. */
export const step = (one: Component, to: Status, stage: string, reason: string | null): Component => {
  const detail = brief(reason)
  const from = one.before === null && one.steps.length === 0 ? null : one.status
  if (from !== null && !mayBecome(from, to)) throw new Error(`${stage}: no component goes from ${from} to ${to}`)
  const settled = to === 'archived' || to === 'detected'
  return {
    ...one,
    status: to,
    nextRetryAt: to === 'retry_pending' ? one.nextRetryAt : null,
    error: settled ? null : from === to && detail === null ? one.error : detail,
    steps: [...one.steps, { from, to, stage, detail }],
  }
}

/** The component with a note: something happened that changes no status. */
export const note = (one: Component, stage: string, detail: string): Component => ({
  ...one,
  steps: [...one.steps, { from: one.status, to: one.status, stage, detail: brief(detail) }],
})

/** Rests in `to` for a reason; one that rests there for the same reason already is left as it is. */
export const rest = (one: Component, to: Status, stage: string, reason: string): Component =>
  one.status === to && one.error === brief(reason) ? one : step(one, to, stage, reason)

/** A component that the ledger does not have yet. */
export const newComponent = (
  of: Pick<Component, 'path' | 'extension' | 'identity' | 'detectedAt'> & Partial<Component>,
): Component => ({
  id: null, origin: 'delivered', before: null, status: 'detected', sha256: null, place: null, inDelivery: true,
  retryCount: 0, nextRetryAt: null, error: null, seen: null, steps: [], touched: false, ...of,
})

/** Whether the pipeline still decides about it: valid so far and not at its end. */
export const isOpen = (one: Component): boolean =>
  one.status === 'detected' || one.status === 'waiting' || one.status === 'retry_pending'

/** Taken over from the generation before, with no source of its own: its bytes are in the archive only. */
export const isKept = ({ origin, inDelivery, place }: Component): boolean =>
  origin === 'taken_over' && !inDelivery && place !== null

/** Where its bytes can be read: the source, or the archive once the source is gone or is something else by now. */
export const bytesAt = ({ path, place, inDelivery, seen }: Component): Path =>
  place !== null && (!inDelivery || seen !== null) ? place.path : path

export const isArchived = (one: Component): boolean => one.status === 'archived'
