import type { Step } from '../domain/component.ts'
import type { Instant } from '../domain/time.ts'
import type { Sql } from '../world.ts'
import { columnOf } from './time-columns.ts'

type WrittenStep = { readonly step: Step; readonly componentId: number; readonly groupId: number }

/** Each step is told as an event, in the order of the batch. `actor`: who did it, where that is not the stage. */
export const writeEvents = async (tx: Sql, steps: readonly WrittenStep[], now: Instant, actor: string | null): Promise<void> => {
  const first = await nextEventId(tx)
  await tx.many(
    `insert into events (id, component_id, group_id, at, from_status, to_status, stage, detail, actor)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    steps.map(({ step, componentId, groupId }, index) => [
      first + index, componentId, groupId, columnOf(now), step.from, step.to, step.stage, step.detail, actor ?? step.stage,
    ]),
  )
}

const nextEventId = async (tx: Sql): Promise<number> => {
  const [row] = await tx.all<{ id: number }>('select coalesce(max(id), 0) + 1 as id from events')
  return row?.id ?? 1
}
