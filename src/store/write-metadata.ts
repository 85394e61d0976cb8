import { toColumn, type Instant } from '../domain/time.ts'
import type { Columns } from '../plugin/contract.ts'
import type { Sql } from '../world.ts'
import { columnValue, metadataJson } from './plugin-columns.ts'

/** Metadata of a group that was extracted again. */
export type FreshMetadata = {
  readonly groupId: number
  /** The component that bears the note; null: none is written. */
  readonly noteOn: number | null
  readonly metadata: Readonly<Record<string, unknown>>
}

/** Replaces the metadata and the plugin's columns of groups, with a note on each where one is asked for. */
export const writeMetadata = (
  sql: Sql, fresh: readonly FreshMetadata[], { columns, now, actor }: { columns: Columns; now: Instant; actor: string },
): Promise<void> =>
  sql.transaction(async (tx) => {
    const names = Object.keys(columns)
    await tx.many(
      `update files set metadata = ?, modified_at = ?${names.map((name) => `, "${name}" = ?`).join('')} where id = ?`,
      fresh.map(({ groupId, metadata }) => [
        metadataJson(metadata), toColumn(now),
        ...Object.entries(columns).map(([name, column]) => columnValue(column.type, metadata[name])), groupId,
      ]),
    )
    await tx.many(
      `insert into events (component_id, group_id, at, from_status, to_status, stage, detail, actor)
       select id, group_id, ?, status, status, 'metadata', 'metadata extracted again', ? from file_components where id = ?`,
      fresh.flatMap(({ noteOn }) => (noteOn === null ? [] : [[toColumn(now), actor, noteOn]])),
    )
  })
