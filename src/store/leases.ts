import type { Millis } from '../domain/time.ts'
import type { Sql } from '../world.ts'
import { dialects } from './dialects.ts'

/** Who takes part in the work on a database that several hosts share. */
export type Holder = {
  readonly host: string
  readonly pid: number
  /** Names this process of all that its machine ever ran. */
  readonly process: string
  readonly configFile: string
  readonly mode: 'service' | 'once'
  /** It works on a watch only where nobody else does. */
  readonly standby: boolean
  /** The watches that it works on now. */
  readonly watches: readonly string[]
  readonly archives: readonly string[]
}

/** A holder's lease: what it claimed is its own as long as the lease runs, by the clock of the database. */
export type Lease = Holder & {
  /** Greater than that of every lease which began before. */
  readonly fence: number
  readonly isOver: boolean
  /** The fence of whoever ends its work, since it was over: it can't be renewed any more. */
  readonly takenBy: number | null
}

/** Begins a lease inside a transaction, and gives its fence. */
export const beginLease = async (tx: Sql, one: Holder, leaseMs: Millis): Promise<number> => {
  await tx.run("update counters set value = value + 1 where name = 'fence'")
  const fence = await newestFence(tx)
  await tx.run(
    `insert into leases (fence, ends_at, host, pid, process, config_file, mode, standby, watches, archives)
     values (?, ${dialects[tx.dialect].now(leaseMs)}, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      fence, one.host, one.pid, one.process, one.configFile, one.mode, Number(one.standby), JSON.stringify(one.watches),
      JSON.stringify(one.archives),
    ],
  )
  return fence
}

/** Makes a lease last for `leaseMs` from now, also one that is over, as long as nobody took it. False: it was taken. Inside
 *  a transaction it can't be taken before that ends. */
export const renewLease = async (sql: Sql, fence: number, leaseMs: Millis, watches?: readonly string[]): Promise<boolean> => {
  const until = dialects[sql.dialect].now(leaseMs)
  const { changes } = watches === undefined
    ? await sql.run(`update leases set ends_at = ${until} where fence = ? and taken_by is null`, [fence])
    : await sql.run(`update leases set ends_at = ${until}, watches = ? where fence = ? and taken_by is null`, [JSON.stringify(watches), fence])
  return changes === 1
}

/** Whoever has a lease, also one that is over, in the order of their beginnings. */
export const leases = async (sql: Sql): Promise<readonly Lease[]> => {
  const rows = await sql.all<LeaseRow>(
    `select fence, taken_by, host, pid, process, config_file, mode, standby, watches, archives,
            case when ends_at < ${dialects[sql.dialect].now(0)} then 1 else 0 end as is_over
       from leases order by fence`,
  )
  return rows.map((row): Lease => ({
    fence: row.fence, takenBy: row.taken_by, host: row.host, pid: row.pid, process: row.process, configFile: row.config_file,
    mode: row.mode, standby: row.standby === 1, isOver: row.is_over === 1,
    watches: JSON.parse(row.watches) as string[], archives: JSON.parse(row.archives) as string[],
  }))
}

type LeaseRow = {
  fence: number; taken_by: number | null; host: string; pid: number; process: string; config_file: string
  mode: Lease['mode']; standby: number; watches: string; archives: string; is_over: number
}

/** Takes those of these leases that nobody renewed or took since they were looked at: from then on their holders can
 *  record nothing. One that is being renewed just now is left out, not waited for. Gives how many were taken. */
export const takeLeases = async (tx: Sql, fence: number, over: readonly Lease[]): Promise<number> => {
  const free = await tx.all<{ fence: number; taken_by: number | null; is_over: number }>(
    `select fence, taken_by, case when ends_at < ${dialects[tx.dialect].now(0)} then 1 else 0 end as is_over
       from leases where fence in (select value from json_each(?)) for update skip locked`,
    [JSON.stringify(over.map((one) => one.fence))],
  )
  const still = over.filter((one) => free.some((row) =>
    row.fence === one.fence && row.taken_by === one.takenBy && (row.is_over === 1 || !one.isOver)))
  const { changes } = still.length === 0 ? { changes: 0 } : await tx.run(
    'update leases set taken_by = ? where fence in (select value from json_each(?))', [fence, JSON.stringify(still.map((one) => one.fence))],
  )
  return changes
}

/** The work of these leases was ended: their claims are free. */
export const endLeases = async (tx: Sql, fences: readonly number[]): Promise<void> => {
  await tx.run('delete from claims where fence in (select value from json_each(?))', [JSON.stringify(fences)])
  await tx.run('delete from leases where fence in (select value from json_each(?))', [JSON.stringify(fences)])
}

/** It is over now, and what its holder had in hand is for whoever takes it. */
export const expireLease = async (sql: Sql, fence: number): Promise<void> => {
  await sql.run(`update leases set ends_at = ${dialects[sql.dialect].now(-1)} where fence = ?`, [fence])
}

/** The greatest fence of all. */
export const newestFence = async (sql: Sql): Promise<number> => {
  const [row] = await sql.all<{ value: number }>("select value from counters where name = 'fence'")
  return row?.value ?? 0
}
