import { Fault } from '../domain/fault.ts'
import type { DeliveryEnd } from '../service/reconcile-delivery.ts'
import { command, exit, type Io } from './command.ts'

/** Holds the delivery directories against the ledger. */
export const reconcileDelivery = command({
  usage: 'reconcile delivery',
  summary: 'Compare the delivery directories with the ledger, and work off what that brings',
  options: {
    '--force': 'Take for removed what is gone, also where it is most of a watch or its disk is another one',
    '--json': 'As JSON',
  },
  async run(args, io) {
    const { openService } = await import('../compose/service.ts')
    const { reconcileDelivery } = await import('../service/reconcile-delivery.ts')
    const service = await openService(io, 'problems')
    try {
      const taken = await service.takeWatches()
      if (taken.length > 0) {
        throw new Fault(`another carbonation works on ${taken.join(', ')} and reconciles it by itself`, {
          remedy: 'stop it first to do it by hand',
        })
      }
      const options = { host: service.identity.host, force: args.flag('force'), signal: io.signal }
      const end = await reconcileDelivery(service.parts, options)
      io.out(args.flag('json') ? deliveryJson(end) : deliveryText(end))
      tellTrouble(end, io)
      return end.pass.interrupted || end.pass.scans.some((one) => one.end.fault !== null) ? exit.failed : exit.ok
    } finally {
      await service.close()
    }
  },
})

/** One line a watch. */
export const deliveryText = ({ counts }: Pick<DeliveryEnd, 'counts'>): string =>
  [...counts].map(([name, one]) =>
    `[${name}] new=${one.new} cleared=${one.cleared} source_removed=${one.sourceRemoved} requeued=${one.requeued}\n`).join('')

export const deliveryJson = ({ counts }: Pick<DeliveryEnd, 'counts'>): string => {
  const rows = [...counts].map(([watch, { new: added, cleared, sourceRemoved, requeued }]) =>
    ({ watch, new: added, cleared, source_removed: sourceRemoved, requeued }))
  return `${JSON.stringify(rows)}\n`
}

const tellTrouble = ({ pass }: DeliveryEnd, io: Io): void => {
  for (const { watch, end } of pass.scans) {
    if (end.fault !== null) io.err(`watch ${watch.name}: ${end.fault.sentence}\n`)
  }
  if (pass.settling > 0) io.err(`${pass.settling} files still change, left for the next run\n`)
  if (pass.interrupted) io.err('stopped by a signal\n')
}
