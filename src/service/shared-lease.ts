import { showDuration } from '../domain/duration.ts'
import { Fault } from '../domain/fault.ts'
import type { Millis } from '../domain/time.ts'
import { beginLease, endLeases, expireLease, leases, newestFence, renewLease, takeLeases, type Holder, type Lease as Row } from '../store/leases.ts'
import type { Clock, Log, Sql } from '../world.ts'
import type { SharedSql } from './fenced.ts'
import { Fenced, type Lease } from './lease.ts'

type Needed = {
  readonly sql: SharedSql
  readonly clock: Clock
  readonly log: Log
  readonly leaseMs: Millis
  readonly holder: Omit<Holder, 'watches'> & { readonly names: readonly string[] }
  /** Whether a process of this machine is over for certain. */
  readonly isOver: (process: string) => boolean
}

/** Takes part under a lease that is renewed with each transaction and beside them, three times in its length. */
export const openLease = ({ sql, clock, log, leaseMs, holder: { names, ...holder }, isOver }: Needed): Lease => {
  let fence: number | null = null
  let isTaken = false
  let renewedAt = 0
  let active: ReadonlySet<string> = new Set()
  const ended = new AbortController()

  const isDead = (one: Row): boolean => one.isOver || isOver(one.process)
  const isLiving = (one: Row): boolean => one.fence !== fence && one.takenBy === null && !isDead(one)
  const own = (rows: readonly Row[], mine: number): ReadonlySet<string> => {
    const owners = rows.filter((one) => isLiving(one) && (!one.standby || one.fence < mine))
    return new Set(names.filter((name) => !holder.standby || !owners.some((one) => one.watches.includes(name))))
  }
  const tellActive = (next: ReadonlySet<string>) => {
    for (const name of names) {
      if (next.has(name) && !active.has(name)) log.write('WARNING', `watch ${name}: taken over by this standby, since no other host works on it`)
      if (!next.has(name) && active.has(name)) log.write('WARNING', `watch ${name}: left to another host; this one is its standby again`)
    }
  }
  const renew = async (): Promise<void> => {
    const [mine, askedAt] = [fence, clock.monotonic()]
    if (mine === null || isTaken) return
    const next = holder.standby ? own(await leases(sql), mine) : active
    const isOurs = await sql.aside((tx) => renewLease(tx, mine, leaseMs, [...next]))
    if (mine !== fence) return
    isTaken ||= !isOurs
    if (isTaken) return
    renewedAt = askedAt
    if (holder.standby) tellActive(next)
    active = next
  }
  const keep = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(leaseMs / 3, ended.signal)
      if (ended.signal.aborted) return
      await renew().catch((error: unknown) => {
        if (!(error instanceof Fault)) throw error
      })
    }
  }
  const taken = async (): Promise<readonly Row[]> => (await leases(sql)).filter((one) => fence !== null && one.takenBy === fence)

  const check = async (tx: Sql): Promise<void> => {
    if (fence === null) return
    const askedAt = clock.monotonic()
    if (isTaken || !(await renewLease(tx, fence, leaseMs))) {
      isTaken = true
      throw new Fenced(leaseMs)
    }
    renewedAt = askedAt
  }

  return {
    fence: () => fence,
    isLost: () => isTaken || (fence !== null && clock.monotonic() - renewedAt > leaseMs),
    isActive: (name) => active.has(name),
    begin: async () => {
      const isFirst = fence === null
      if (!isFirst && !isTaken) return renew().then(() => [])
      const askedAt = clock.monotonic()
      const begun = await sql.transaction(async (tx) => {
        const rows = await leases(tx)
        if (isFirst && rows.some((one) => isLiving(one) && isTwin(one, holder))) return null
        const next = own(rows, Infinity)
        return { next, mine: await beginLease(tx, { ...holder, watches: [...next] }, leaseMs) }
      })
      if (begun === null) return names
      const { mine, next } = begun
      fence = mine
      isTaken = false
      renewedAt = askedAt
      active = next
      if (isFirst) void keep()
      else log.write('WARNING', `goes on under a new lease: there was no sign of life of this process for longer than its lease of ${
        showDuration(leaseMs)}, and another one took over what it had in hand`)
      return []
    },
    takeOver: async () => {
      const mine = fence
      if (mine === null) return false
      const rows = await leases(sql)
      const standing = new Set(rows.filter((one) => one.fence === mine || isLiving(one)).map((one) => one.fence))
      const mayEnd = (one: Row) => one.archives.every((name) => holder.archives.includes(name))
      const over = rows.filter((one) =>
        one.fence !== mine && mayEnd(one) && (one.takenBy === null ? isDead(one) : !standing.has(one.takenBy)))
        .map((one) => ({ ...one, isOver: one.isOver && one.takenBy === null }))
      const take = (): Promise<number> => sql.aside(async (tx) => {
        await check(tx)
        return takeLeases(tx, mine, over)
      })
      if (over.length > 0 && (await take()) > 0) {
        const who = over.map((one) => `${one.host}, pid ${one.pid}`)
        log.write('WARNING', `took over what ${[...new Set(who)].join('; ')} had in hand, since that gave no sign of life`)
      }
      return (await taken()).length > 0
    },
    standing: async () => {
      const newest = await newestFence(sql)
      const rows = await leases(sql)
      return { newest, fences: rows.filter((one) => one.takenBy === null || one.takenBy !== fence).map((one) => one.fence) }
    },
    endTaken: async () => {
      const rows = await taken()
      if (rows.length > 0) await sql.aside((tx) => endLeases(tx, rows.map((one) => one.fence)))
    },
    check,
    end: async (isClean) => {
      ended.abort()
      const mine = fence
      if (mine === null || isTaken) return
      fence = null
      await (isClean ? sql.aside((tx) => endLeases(tx, [mine])) : expireLease(sql, mine))
    },
  }
}

/** Of one machine, by the same config. */
const isTwin = (one: Row, { process, configFile }: Pick<Holder, 'process' | 'configFile'>): boolean =>
  machineOf(one.process) === machineOf(process) && one.configFile === configFile

/** The boot and the process namespace. */
const machineOf = (process: string): string => process.split(' ').slice(0, 2).join(' ')
