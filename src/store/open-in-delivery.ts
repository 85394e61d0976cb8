import { mayBecome, statuses } from '../domain/status.ts'
import type { Sql } from '../world.ts'

/** How many files of a watch the ledger believes to be in delivery that would be cleared were they gone. */
export const openInDelivery = async (sql: Sql, watchName: string): Promise<number> => {
  const [row] = await sql.all<{ count: number }>(
    `select count(*) as count from file_components
      where watch_name = ? and in_delivery = 1 and current_digest is not null
        and status in (select value from json_each(?))`,
    [watchName, JSON.stringify(statuses.filter((one) => mayBecome(one, 'cleared') && one !== 'cleared'))],
  )
  return row?.count ?? 0
}
