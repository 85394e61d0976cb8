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

/** Of each watch that has any, the oldest that still settle, and how many of all are beyond `settle_max`. */
export const unsettledByWatch = ({ clock, config, settling }: Needed): ((watchName: string) => UnsettledOf) => {
  const now = clock.now()
  const all = settling.unsettled(() => now)
  const maxOf = new Map(config.watches.map((one) => [one.name, one.settleMaxMs]))
  return (watchName) => {
    const own = all.get(watchName) ?? []
    const max = maxOf.get(watchName) ?? Infinity
    return { unsettled: own.slice(0, mostRemembered), restless: own.filter((one) => now - one.since >= max).length }
  }
}

type UnsettledOf = { readonly unsettled: readonly Unsettled[]; readonly restless: number }

/** The log has one line for each file that has been settling for longer than `settle_max`, once. */
export const tellRestless = ({ clock, config, settling, log }: Needed & Pick<Parts, 'log'>): void => {
  const now = clock.now()
  const maxOf = new Map(config.watches.map((one) => [one.name, one.settleMaxMs]))
  for (const [name, all] of settling.unsettled((one) => now - (maxOf.get(one) ?? Infinity))) {
    const fresh = all.filter((one) => !one.told)
    for (const { path, lacks } of fresh.slice(0, mostTold)) {
      const why = lacks ?? 'it goes on changing'
      const shown = showDuration(maxOf.get(name) ?? 0)
      log.write('WARNING', `watch ${name}: ${showPath(path)} has not come to rest for ${shown}: ${why}`)
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
