import type { Sql } from '../world.ts'
import { columnsOf } from './query-columns.ts'
import { planRows, selectRows } from './select-rows.ts'

/** What a running service tells about itself. */
export type ServiceStatus = {
  readonly started_at: Date | null
  readonly last_heartbeat: Date | null
  readonly queue_depth: number
  readonly workers_active: number
  readonly settling: number
  readonly version: string | null
  readonly host: string | null
  readonly pid: number | null
}

/** The instance that was heard of last; null when the service never ran. */
export const serviceStatus = async (sql: Sql): Promise<ServiceStatus | null> => {
  const columns = columnsOf({
    started_at: { type: 'datetime' },
    last_heartbeat: { type: 'datetime' },
    queue_depth: { type: 'integer' },
    workers_active: { type: 'integer' },
    settling: { type: 'integer' },
    version: { type: 'string' },
    host: { type: 'string' },
    pid: { type: 'integer' },
  }, { plugin: false, shown: true })
  const from = { table: 'service_state', columns, conditions: [] }
  const plan = planRows(from, { orderBy: '-last_heartbeat', limit: 1 })
  const [row] = await selectRows(sql, plan)
  return (row as ServiceStatus | undefined) ?? null
}
