import { Fault } from '../domain/fault.ts'
import { minute } from '../domain/time.ts'
import { openBeside } from './beside.ts'
import type { DaemonParts, Round } from './daemon-parts.ts'
import { openDuePages } from './due-pages.ts'
import { oneRound, restMs } from './daemon-round.ts'
import { Fenced } from './lease.ts'
import { passLanes } from './pass-lanes.ts'
import { recover } from './recover.ts'
import { recallUnsettled } from './restless.ts'
import { askHowWatched, openRoots } from './roots.ts'
import { farewellMs } from './run-once.ts'

/** The same pass again and again, told by hints where to look and by the database what is due. */
export const serve = async (parts: DaemonParts, signal: AbortSignal): Promise<void> => {
  const roots = openRoots(parts.config.watches)
  const lanes = passLanes(parts, signal, parts.wake.up)
  const timers = { archives: 0, stale: 0, others: 0, isToRecover: false }
  const beside = openBeside(parts.clock, parts.wake.up)
  const round: Round = { roots, lanes, timers, due: openDuePages(), beside, signal }
  let trouble: string | null = null
  await beside.run('recover', async () => {
    await recover(parts)
    timers.archives = 0
  })
  for (const root of roots) void askHowWatched(root, parts.watcher, { log: parts.log, signal }).finally(parts.wake.up)
  parts.supervisor.ready()
  let isBegun = false
  while (!signal.aborted) {
    try {
      if (!isBegun) await begin(parts)
      isBegun = true
      if (trouble !== null && !parts.lease.isLost()) await parts.heartbeat.prove()
      await oneRound(parts, round)
      if (trouble !== null) tellEnd(parts)
      trouble = null
    } catch (error) {
      trouble = await surviveFault(error, trouble, parts, round)
    }
    await parts.wake.until(restMs(parts, round), signal)
  }
  parts.supervisor.stopping()
  await Promise.race([lanes.idle(), parts.clock.sleep(farewellMs)]).catch((error: unknown) => {
    if (!(error instanceof Fault)) throw error
    parts.log.write('ERROR', error.sentence)
  })
}

const begin = async (parts: DaemonParts): Promise<void> => {
  parts.supervisor.alive()
  await recallUnsettled(parts)
  await parts.heartbeat.begin()
}

/** Trouble of the database ends a batch, not the service: what was in hand is found again by a scan. It is told once.
 *  Nothing is archived any more until the database has taken a sign of life. Gives the trouble. */
const surviveFault = async (
  error: unknown, told: string | null, parts: DaemonParts, { roots, signal }: Pick<Round, 'roots' | 'signal'>,
): Promise<string> => {
  if (!(error instanceof Fault)) throw error
  if (error.sentence !== told) parts.log.write(error instanceof Fenced ? 'WARNING' : 'ERROR', error.sentence)
  parts.supervisor.status(error.sentence)
  for (const root of roots) root.scanReason = { why: 'a batch could not be recorded' }
  await parts.clock.sleep(Math.min(parts.config.service.pollIntervalMs, minute), signal)
  return error.sentence
}

const tellEnd = ({ log, supervisor }: DaemonParts): void => {
  const sentence = 'the database can be used again; the work goes on'
  log.write('WARNING', sentence)
  supervisor.status(sentence)
}
