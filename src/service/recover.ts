import { Fault } from '../domain/fault.ts'
import { isWithin, joinPath } from '../domain/path.ts'
import { record } from '../pipeline/record.ts'
import { archivedAt } from '../store/archived-at.ts'
import { groupDigest } from '../store/digest.ts'
import { Overtaken } from '../store/overtaken.ts'
import type { DeadIntent } from '../world.ts'
import { buildBatch, settingsOf } from './batch.ts'
import type { Candidate } from './candidates.ts'
import type { PassParts } from './pass-parts.ts'
import { afterFault } from './retry.ts'
import { stageWorld } from './run-batch.ts'

/** Ends what runs that died were publishing: what the ledger has stays, everything else is taken back, and an attempt
 *  is counted for each of those groups. They are due at once. Only while this process puts nothing itself: what it was
 *  about to use of a dead run's would be taken back under its hands. */
export const recover = async (parts: PassParts): Promise<void> => {
  const names = parts.config.archives.map((one) => one.name)
  try {
    await parts.lease.takeOver()
    const ends = await Promise.all(names.map((name) => parts.archives.during(name, () => recoverOne(name, parts))))
    if (ends.every((one) => one)) await parts.lease.endTaken()
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    parts.log.write('ERROR', error.sentence)
  }
}

/** Ends what those were publishing whose leases are over, beside this process's own work: nobody has their groups as long
 *  as this is not done. Gives whether there was something to be ended. */
export const takeOver = async (parts: PassParts): Promise<boolean> => {
  if (!(await parts.lease.takeOver())) return false
  const ends = await Promise.all(parts.config.archives.map((one) => recoverOne(one.name, parts)))
  if (ends.every((one) => one)) await parts.lease.endTaken()
  return true
}

/** Whether all of it was ended. */
const recoverOne = async (name: string, parts: PassParts): Promise<boolean> => {
  if (await parts.archives.isAway(name)) return false
  const destination = parts.destination(name)
  try {
    const intents = await destination.recover(await parts.lease.standing())
    const kept = await archivedAt(parts.sql, intents.map((one) => ({
      path: joinPath(one.root, one.key), sha256: one.sha256, generation: one.generation,
    })))
    await countAttempts(intents.filter((_, index) => !kept.has(index)), parts)
    await destination.resolve([...kept])
    return true
  } catch (error) {
    if (error instanceof Overtaken) {
      parts.log.write('INFO', `archive ${name}: what an earlier run left is looked at again: ${error.message}`)
      return false
    }
    if (!(error instanceof Fault)) throw error
    parts.log.write('ERROR', `archive ${name}: what an earlier run left cannot be looked at: ${error.sentence}`)
    return false
  }
}

const countAttempts = async (lost: readonly DeadIntent[], parts: PassParts): Promise<void> => {
  if (lost.length === 0) return
  const now = parts.clock.now()
  const settings = settingsOf(parts.config, parts.rules())
  const known = new Set(parts.config.watches.map((one) => one.name))
  const candidates = await parts.claims.takeToEnd(candidatesOf(lost.filter((one) => known.has(one.watchName))))
  const batch = await buildBatch(candidates, settings, now, parts)
  const fault = new Fault('carbonation ended while it archived this group')
  const decisions = await Promise.all(record.run(batch, stageWorld({ ...parts, settings }, now)))
  const counted = decisions.map(({ group }) => {
    const later = afterFault(group, 'archive', fault, now, parts.config.service)
    return { ...later, dueAt: later.dueAt === null ? null : now }
  })
  await parts.record(counted, now)
  parts.claims.letGo(candidates)
  parts.log.write('WARNING', `an earlier run ended while it archived ${counted.length} groups; they are tried again`)
}

const candidatesOf = (lost: readonly DeadIntent[]): readonly Candidate[] =>
  [...Map.groupBy(lost, (one) => groupDigest(one.watchName, one.groupKey))].flatMap(([digest, intents]) => {
    const [first] = intents
    if (first === undefined) return []
    const delivered = intents.filter((one) => !isWithin(one.root, one.source))
    const fresh = new Map(delivered.map((one) => [one.source, one.identity] as const))
    return [{ watchName: first.watchName, key: first.groupKey, digest, fresh, due: false }]
  })
