import { fromColumn, toColumn, type Instant, type Millis } from '../domain/time.ts'
import type { Sql } from '../world.ts'
import { databaseNow } from './database-now.ts'

/** Who runs: what does not change while it does. */
export type InstanceIdentity = {
  readonly host: string
  readonly pid: number
  readonly version: string
  readonly configFile: string
  readonly startedAt: Instant
}

/** What a heartbeat tells. */
export type Pulse = {
  /** Groups that wait for a batch. */
  readonly queueDepth: number
  readonly workersActive: number
  /** Files that have not settled. */
  readonly settling: number
  /** Why new rules were refused and the old ones kept; null when those of the file are in use. */
  readonly rulesRefused: string | null
  /** Files of the project that changed since the start and are not in use. */
  readonly changedSinceStart: readonly string[]
}

/** One instance that runs, or died without a word. */
export type Instance = InstanceIdentity & Pulse & { readonly id: number; readonly lastHeartbeat: Instant }

export const firstPulse: Pulse = {
  queueDepth: 0, workersActive: 0, settling: 0, rulesRefused: null, changedSinceStart: [],
}

/** An instance is alive, by the clock of the database, while its heartbeat is younger than three of its intervals. */
export const isAlive = (one: Pick<Instance, 'lastHeartbeat'>, now: Instant, intervalMs: Millis): boolean =>
  now - one.lastHeartbeat <= 3 * intervalMs

/** Adds a row for an instance, and removes those of this host that died without removing theirs: two never serve the
 *  same config, since it locks its watches. Gives its id. */
export const startInstance = (sql: Sql, one: InstanceIdentity, intervalMs: Millis): Promise<number> =>
  sql.transaction(async (tx) => {
    const startedAt = await databaseNow(tx, one.startedAt)
    await tx.run('delete from service_state where host = ? and (pid = ? or config_file = ? or last_heartbeat < ?)', [
      one.host, one.pid, one.configFile, toColumn(startedAt - 3 * intervalMs),
    ])
    return insert(tx, { ...one, startedAt }, firstPulse, startedAt)
  })

/** Gives the id again: another one, where the row was taken for dead and removed while the machine slept. */
export const heartbeat = (sql: Sql, id: number, one: InstanceIdentity, pulse: Pulse, now: Instant): Promise<number> =>
  sql.transaction(async (tx) => {
    const at = await databaseNow(tx, now)
    const { changes } = await tx.run(
      `update service_state set last_heartbeat = ?, queue_depth = ?, workers_active = ?, settling = ?, detail = ?
        where id = ? and host = ? and pid = ?`,
      [toColumn(at), ...pulseValues(pulse), id, one.host, one.pid],
    )
    return changes === 1 ? id : insert(tx, one, pulse, at)
  })

/** It ended in good order. */
export const stopInstance = async (sql: Sql, id: number): Promise<void> => {
  await sql.run('delete from service_state where id = ?', [id])
}

/** Every instance that runs or died without a word, the latest heartbeat first. */
export const instances = async (sql: Sql): Promise<readonly Instance[]> => {
  const rows = await sql.all<InstanceRow>('select * from service_state order by last_heartbeat desc, id desc')
  return rows.map((row) => {
    const { rules_refused = null, changed_since_start = [] } = JSON.parse(row.detail ?? '{}') as Partial<Detail>
    return {
      id: row.id, host: row.host, pid: row.pid, version: row.version, configFile: row.config_file,
      startedAt: fromColumn(row.started_at), lastHeartbeat: fromColumn(row.last_heartbeat),
      queueDepth: row.queue_depth, workersActive: row.workers_active, settling: row.settling,
      rulesRefused: rules_refused, changedSinceStart: changed_since_start,
    }
  })
}

type Detail = { readonly rules_refused: string | null; readonly changed_since_start: readonly string[] }
type InstanceRow = {
  id: number; started_at: string; last_heartbeat: string; queue_depth: number; workers_active: number; settling: number
  version: string; host: string; pid: number; config_file: string; detail: string | null
}

const insert = async (tx: Sql, one: InstanceIdentity, pulse: Pulse, now: Instant): Promise<number> => {
  const [row] = await tx.all<{ id: number }>(
    `insert into service_state
       (started_at, last_heartbeat, queue_depth, workers_active, settling, detail, version, host, pid, config_file)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning id`,
    [toColumn(one.startedAt), toColumn(now), ...pulseValues(pulse), one.version, one.host, one.pid, one.configFile],
  )
  return row?.id ?? 0
}

const pulseValues = (pulse: Pulse) => {
  const detail: Detail = { rules_refused: pulse.rulesRefused, changed_since_start: pulse.changedSinceStart }
  return [pulse.queueDepth, pulse.workersActive, pulse.settling, JSON.stringify(detail)]
}
