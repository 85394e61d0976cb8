import type { Component } from '../domain/component.ts'
import type { Group } from '../domain/group.ts'
import type { Instant } from '../domain/time.ts'
import type { Columns } from '../plugin/contract.ts'
import type { Sql } from '../world.ts'
import { dialects } from './dialects.ts'
import { pathDigest } from './digest.ts'
import { supersede } from './supersede.ts'
import { writeComponents } from './write-components.ts'
import { writeEvents } from './write-events.ts'
import { writeGroups } from './write-groups.ts'

/** Writes what one batch decided: group rows, component rows, events, all or nothing. Rows that another process
 *  changed meanwhile make the whole batch fail with `Overtaken`: it is as if it had never been. */
export const recordBatch = (
  sql: Sql, groups: readonly Group[], { now, columns, actor }: { now: Instant; columns: Columns; actor?: string },
): Promise<readonly number[]> =>
  sql.transaction(async (tx) => {
    const ids = await nextIds(tx)
    const numbered = groups.map((group) => ({ group, id: group.id ?? ids.group++ }))
    await writeGroups(tx, numbered, columns, now)
    await supersede(tx, numbered.filter(({ group }) => group.supersedes), now)
    const components = numbered.flatMap(({ group, id }) =>
      group.members.filter(isChanged).map((one) => ({ one, group, groupId: id, id: one.id ?? ids.component++, digest: pathDigest(one.path) })))
    await writeComponents(tx, components, now)
    await writeEvents(tx, components.flatMap(({ one, id, groupId }) =>
      one.steps.map((step) => ({ step, componentId: id, groupId }))), now, actor ?? null)
    const { idsTaken } = dialects[sql.dialect]
    if (idsTaken !== null) await tx.all(idsTaken)
    return numbered.map((one) => one.id)
  })

const isChanged = (one: Component): boolean => one.id === null || one.touched || one.steps.length > 0

const nextIds = async (tx: Sql): Promise<{ group: number; component: number }> => {
  const [row] = await tx.all<{ group: number; component: number }>(
    `select (select coalesce(max(id), 0) + 1 from files) as "group",
            (select coalesce(max(id), 0) + 1 from file_components) as component`,
  )
  return row ?? { group: 1, component: 1 }
}
