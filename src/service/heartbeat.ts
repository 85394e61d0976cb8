import { hour, type Instant } from '../domain/time.ts'
import { beginPass, endPass } from '../store/passes.ts'
import { heartbeat, startInstance, stopInstance, type InstanceIdentity } from '../store/service-state.ts'
import { writeWatchReports } from '../store/watch-state.ts'
import type { PassParts } from './pass-parts.ts'
import type { Tally } from './tally.ts'
import { unsettledByWatch } from './restless.ts'
import { howWatched, type Root } from './roots.ts'
import { watchReport } from './watch-report.ts'

/** Tells the database and the log, each `heartbeat_interval` and once every root was looked at, that the service lives and
 *  what it sees. */
export type Heartbeat = {
  begin(): Promise<void>
  /** A sign of life now: throws where the database takes none. */
  prove(): Promise<void>
  beat(roots: readonly Root[], workersActive: number): Promise<void>
  end(exitCode: number): Promise<void>
}

type Needed = PassParts & {
  readonly identity: Omit<InstanceIdentity, 'startedAt'>
  readonly rulesRefused: () => string | null
  readonly changedSinceStart: () => readonly string[]
}

export const openHeartbeat = (parts: Needed): Heartbeat => {
  const { sql, clock, config, log, tally } = parts
  const intervalMs = config.service.heartbeatIntervalMs
  let identity: InstanceIdentity = { ...parts.identity, startedAt: clock.now() }
  let instance = 0
  let nextAt = 0
  let wasAllSeen = false
  let pass: { id: number; startedAt: Instant; from: Sums } | null = null

  const closePass = async (exitCode: number) => {
    if (pass !== null) await endPass(sql, pass.id, { ...since(tally, pass.from), endedAt: clock.now(), exitCode })
    pass = null
  }
  /** One row an hour. */
  const turnPass = async () => {
    if (pass !== null && clock.now() - pass.startedAt < hour) return
    await closePass(0)
    const startedAt = clock.now()
    pass = { id: await beginPass(sql, { startedAt, host: identity.host, mode: 'service' }), startedAt, from: sums(tally) }
  }
  const pulseOf = (workersActive: number) => ({
    queueDepth: parts.candidates.size, workersActive, settling: parts.settling.size,
    rulesRefused: parts.rulesRefused(), changedSinceStart: parts.changedSinceStart(),
  })
  return {
    prove: async () => {
      instance = await heartbeat(sql, instance, identity, pulseOf(0), clock.now())
    },
    begin: async () => {
      identity = { ...identity, startedAt: clock.now() }
      if (instance === 0) instance = await startInstance(sql, identity, intervalMs)
      await turnPass()
    },
    beat: async (roots, workersActive) => {
      const isAllSeen = roots.every((one) => one.lastEnd !== null)
      if (clock.monotonic() < nextAt && (wasAllSeen || !isAllSeen)) return
      wasAllSeen = isAllSeen
      nextAt = clock.monotonic() + intervalMs
      const pulse = pulseOf(workersActive)
      instance = await heartbeat(sql, instance, identity, pulse, clock.now())
      await reportRoots(roots, parts)
      await turnPass()
      log.write('INFO', 'alive', { queue: pulse.queueDepth, settling: pulse.settling, archived: tally.archived })
    },
    end: async (exitCode) => {
      await closePass(exitCode)
      await stopInstance(sql, instance)
    },
  }
}

const reportRoots = async (roots: readonly Root[], parts: PassParts): Promise<void> => {
  const { sql, clock, settling } = parts
  const unsettledOf = unsettledByWatch(parts)
  const reports = roots.flatMap((root) => {
    const { watch, lastEnd, missedHints } = root
    return lastEnd === null ? [] : [watchReport(watch, lastEnd, {
      ...howWatched(root), ...unsettledOf(watch.name), missedHints, isSettling: settling.has,
    })]
  })
  await writeWatchReports(sql, reports, clock.now())
}

type Sums = { readonly lookedAt: number; readonly archived: number; readonly failed: number; readonly bytes: number }

/** What the tally has come to. */
export const sums = (tally: Tally): Sums => ({
  lookedAt: tally.lookedAt, archived: tally.archived, bytes: tally.bytes,
  failed: [...tally.trouble.values()].reduce((sum, one) => sum + one, 0),
})

const since = (tally: Tally, from: Sums): Sums => {
  const now = sums(tally)
  return {
    lookedAt: now.lookedAt - from.lookedAt, archived: now.archived - from.archived, failed: now.failed - from.failed,
    bytes: now.bytes - from.bytes,
  }
}
