import type { Status } from '../domain/status.ts'
import type { Sql } from '../world.ts'

/** Components by status whose group a person took off the alarms. The cross join begins with the few groups. */
export const dismissedByStatus = async (sql: Sql): Promise<ReadonlyMap<Status, number>> => {
  const rows = await sql.all<{ status: Status; count: number }>(
    `select c.status, count(*) as count from files f cross join file_components c
      where f.dismissed is not null and c.group_id = f.id group by c.status`,
  )
  return new Map(rows.map((row) => [row.status, row.count]))
}
