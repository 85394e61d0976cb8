import type { Status } from '../domain/status.ts'
import type { Sql } from '../world.ts'

/** One generation of a group with everything that happened to it. Names and times as the columns have them. */
export type Generation = GroupRow & {
  readonly members: readonly MemberRow[]
  /** In the order in which they happened. */
  readonly events: readonly EventRow[]
}

export type GroupRow = {
  readonly id: number
  readonly watch_name: string
  readonly group_key: string
  readonly generation: number
  readonly is_latest: number
  readonly complete: number
  readonly selected_by: string | null
  readonly routed_by: string | null
  readonly archive_name: string | null
  readonly archive_path: string | null
  readonly due_at: string | null
  readonly held_by: string | null
  readonly dismissed: string | null
  readonly release_requested: number
  readonly created_at: string
  readonly last_arrival_at: string | null
  readonly completed_at: string | null
}

export type MemberRow = {
  readonly id: number
  readonly group_id: number
  readonly filename: string
  readonly source_path: string | null
  readonly role: string | null
  readonly origin: string
  readonly status: Status
  readonly error_message: string | null
  readonly size_bytes: number | null
  readonly sha256: string | null
  readonly in_delivery: number
  readonly in_archive: number
  readonly archive_path: string | null
  readonly retry_count: number
  readonly next_retry_at: string | null
  readonly detected_at: string
  readonly archived_at: string | null
  readonly verified_at: string | null
  readonly cleared_at: string | null
}

export type EventRow = {
  readonly id: number
  readonly component_id: number | null
  readonly group_id: number | null
  readonly at: string
  readonly from_status: Status | null
  readonly to_status: Status | null
  readonly stage: string
  readonly detail: string | null
  readonly actor: string
}

/** How much of a group is told: its newest generations, members and events. */
const bounds = { generations: 20, members: 1000, events: 2000 }

/** The generations of a group, the newest first; empty where the ledger has none. */
export const groupHistory = async (sql: Sql, groupDigest: string): Promise<readonly Generation[]> => {
  const groups = await sql.all<GroupRow>(
    `select id, watch_name, group_key, generation, is_latest, complete, selected_by, routed_by, archive_name,
            archive_path, due_at, held_by, dismissed, release_requested, created_at, last_arrival_at, completed_at
       from files where group_digest = ? order by generation desc limit ${bounds.generations}`,
    [groupDigest],
  )
  const ids = JSON.stringify(groups.map((one) => one.id))
  const members = await sql.all<MemberRow>(
    `select id, group_id, filename, source_path, role, origin, status, error_message, size_bytes, sha256, in_delivery,
            in_archive, archive_path, retry_count, next_retry_at, detected_at, archived_at, verified_at, cleared_at
       from file_components where group_id in (select value from json_each(?)) order by id limit ${bounds.members}`,
    [ids],
  )
  const events = await sql.all<EventRow>(
    `select id, component_id, group_id, at, from_status, to_status, stage, detail, actor
       from events
      where component_id in (select id from file_components where group_id in (select value from json_each(?)))
      order by id + 0 desc limit ${bounds.events}`,
    [ids],
  )
  return groups.map((group) => ({
    ...group,
    members: members.filter((one) => one.group_id === group.id),
    events: events.filter((one) => one.group_id === group.id).toReversed(),
  }))
}
