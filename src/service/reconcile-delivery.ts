import type { Group } from '../domain/group.ts'
import { requeueStale } from '../store/requeue-stale.ts'
import type { OnceEnd } from './run-once.ts'
import { lookAtWatch } from './look.ts'
import { passLanes } from './pass-lanes.ts'
import type { PassParts } from './pass-parts.ts'
import { runOnce } from './run-once.ts'

/** What a reconciliation of one delivery directory came to, in files. */
export type DeliveryCounts = {
  /** Recorded for the first time. */
  new: number
  /** Gone before they were archived. */
  cleared: number
  /** Archived, or failed, and gone since. */
  sourceRemoved: number
  /** Stuck, and brought back into the pipeline. */
  requeued: number
}

export type DeliveryEnd = { readonly counts: ReadonlyMap<string, DeliveryCounts>; readonly pass: OnceEnd }

/** Holds every delivery directory against the ledger and works off what that brings: a pass that counts. `force` takes
 *  for gone what is gone, however much it is. */
export const reconcileDelivery = async (
  parts: PassParts, { host, force, signal }: { host: string; force: boolean; signal: AbortSignal },
): Promise<DeliveryEnd> => {
  const { config, clock, sql } = parts
  const names = config.watches.map((one) => one.name)
  const counts = new Map(names.map((name) => [name, { new: 0, cleared: 0, sourceRemoved: 0, requeued: 0 }]))
  const stale = await requeueStale(sql, names, { now: clock.now(), staleMs: config.service.staleThresholdMs })
  for (const [name, requeued] of stale) Object.assign(counts.get(name) ?? {}, { requeued })
  const counting: PassParts = {
    ...parts,
    record: async (groups, now) => {
      await parts.record(groups, now)
      for (const group of groups) count(group, counts.get(group.watchName))
    },
  }
  if (force) await forcedLook(counting, signal)
  return { counts, pass: await runOnce(counting, host, signal) }
}

/** Nothing that this look took for gone is in question for the pass after it. */
const forcedLook = async (parts: PassParts, signal: AbortSignal): Promise<void> => {
  const lanes = passLanes(parts, signal)
  for (const watch of parts.config.watches) await lookAtWatch(watch, parts, { lanes, signal, force: true })
  lanes.pump()
  await lanes.idle()
}

const count = ({ members }: Group, counts: DeliveryCounts | undefined): void => {
  if (counts === undefined) return
  for (const { steps, status, inDelivery, fresh } of members) {
    if (steps.some((one) => one.from === null)) counts.new += 1
    if (fresh !== null || inDelivery || steps.length === 0) continue
    if (status === 'cleared') counts.cleared += 1
    else counts.sourceRemoved += 1
  }
}
