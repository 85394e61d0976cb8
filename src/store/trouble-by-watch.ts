import type { Status } from '../domain/status.ts'
import type { Sql } from '../world.ts'

/** Components that are not at their end, or ended badly, by watch and status. */
export const troubleByWatch = (sql: Sql): Promise<{ watchName: string; status: Status; count: number }[]> =>
  sql.all(
    `select watch_name as "watchName", status, count(*) as count from file_components
      where status in ('detected', 'waiting', 'retry_pending', 'failed', 'integrity_failed', 'timed_out')
      group by watch_name, status`,
  )
