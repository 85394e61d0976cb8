import { showDuration } from '../domain/duration.ts'
import { showPath } from '../domain/path.ts'
import { watchReports } from '../store/watch-state.ts'
import type { Parts } from './parts.ts'
import type { Unsettled } from './settling.ts'

/** Files that do not come to rest: so many of each watch are remembered by the ledger, and so many have a line in the log
 *  at a time. */
const mostRemembered = 20
const mostTold = 5

type Needed = Pick<Parts, 'clock' | 'config' | 'settling'>

/** The oldest of a watch that still settle, and how many of all are beyond `settle_max`. */
export const unsettledOf = (
  watchName: string, { clock, config, settling }: Needed,
): { readonly unsettled: readonly Unsettled[]; readonly restless: number } => {
  const now = clock.now()
  const max = config.watches.find((one) => one.name === watchName)?.settleMaxMs ?? Infinity
  const all = settling.unsettled(watchName, now)
  return { unsettled: all.slice(0, mostRemembered), restless: all.filter((one) => now - one.since >= max).length }
}

/** The log has one line for each file that has been settling for longer than `settle_max`, once. */
export const tellRestless = ({ clock, config, settling, log }: Needed & Pick<Parts, 'log'>): void => {
  for (const { name, settleMaxMs } of config.watches) {
    const fresh = settling.unsettled(name, clock.now() - settleMaxMs).filter((one) => !one.told)
    for (const { path, lacks } of fresh.slice(0, mostTold)) {
      const why = lacks ?? 'it goes on changing'
      log.write('WARNING', `watch ${name}: ${showPath(path)} has not come to rest for ${showDuration(settleMaxMs)}: ${why}`)
    }
    if (fresh.length > mostTold) {
      log.write('WARNING', `watch ${name}: nor have ${fresh.length - mostTold} more; "carbonation status" counts them`)
    }
    for (const { path } of fresh) settling.tell(path)
  }
}

/** A process that begins knows since when the oldest files have been settling, and which of them were told of. */
export const recallUnsettled = async ({ sql, settling }: Pick<Parts, 'sql' | 'settling'>): Promise<void> => {
  for (const { unsettled } of (await watchReports(sql)).values()) for (const one of unsettled) settling.recall(one)
}
