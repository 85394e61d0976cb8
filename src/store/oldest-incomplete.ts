import type { Sql } from '../world.ts'

/** A group that waits, and what its oldest member waits for. Times as columns keep them. */
export type IncompleteGroup = {
  readonly watch_name: string
  readonly group_key: string
  readonly generation: number
  readonly created_at: string
  /** When its time is out, or it is looked at again. */
  readonly due_at: string | null
  readonly waits_for: string | null
}

/** The incomplete group whose member has waited longest; null when none waits. A dismissed one is left out. */
export const oldestIncomplete = async (sql: Sql): Promise<IncompleteGroup | null> => {
  const [row] = await sql.all<IncompleteGroup>(
    `select f.watch_name, f.group_key, f.generation, f.created_at, f.due_at, c.error_message as waits_for
       from file_components c join files f on f.id = c.group_id
      where c.status = 'waiting' and f.complete = 0 and f.dismissed is null
      order by c.detected_at limit 1`,
  )
  return row ?? null
}
