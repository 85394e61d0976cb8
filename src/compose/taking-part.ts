import { hostname } from 'node:os'
import type { Config } from '../config/config.ts'
import { clock } from '../compose.ts'
import { isProcessOver, processName } from '../edges/process-name.ts'
import { openCandidates } from '../service/candidates.ts'
import { allOurs } from '../service/all-ours.ts'
import { openClaims, type Claims } from '../service/claims.ts'
import { fenced } from '../service/fenced.ts'
import { noLease, type Lease } from '../service/lease.ts'
import { openLease } from '../service/shared-lease.ts'
import type { Log, Sql } from '../world.ts'
import type { Ledger } from './ledger.ts'

type Part = { readonly sql: Sql; readonly lease: Lease; readonly claims: Claims }

/** How a process takes part in the work on a ledger: beside other hosts, where it is on a server. */
export const takingPart = (ledger: Ledger, config: Config, { log, mode }: { readonly log: Log; readonly mode: 'service' | 'once' }): Part => {
  const candidates = openCandidates()
  const names = config.watches.map((one) => one.name)
  if (ledger.is === 'own') {
    const { sql } = ledger
    return { sql, lease: noLease(() => ledger.takeWatches(names)), claims: allOurs(sql, candidates) }
  }
  const { leaseMs, isStandby: standby } = config.service
  const holder = {
    host: hostname(), pid: process.pid, process: processName(), configFile: config.file, mode, standby, names,
    archives: config.archives.map((one) => one.name),
  }
  const lease = openLease({ sql: ledger.sql, clock, log, leaseMs, holder, isOver: isProcessOver })
  const sql = fenced(ledger.sql, lease)
  return { sql, lease, claims: openClaims({ sql, candidates, clock, lease }) }
}
