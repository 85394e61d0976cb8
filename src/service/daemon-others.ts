import type { DaemonParts, Round } from './daemon-parts.ts'
import { recover, takeOver } from './recover.ts'
import type { Root } from './roots.ts'

/** A new lease, once nothing is in hand that was begun under the old one; what that left in archives is ended first. */
export const goOnAfterLoss = async (
  parts: DaemonParts, { lanes, beside, timers }: Pick<Round, 'lanes' | 'beside' | 'timers'>,
): Promise<boolean> => {
  if (lanes.active > 0 || beside.isBusy('recover')) return false
  await parts.lease.begin()
  if (parts.lease.isLost()) return false
  await beside.run('recover', () => recover(parts))
  timers.archives = 0
  return true
}

/** A root that becomes this process's to work on is looked at as a whole. */
export const isActiveNow = (root: Root, { lease }: DaemonParts): boolean => {
  const isActive = lease.isActive(root.watch.name)
  if (isActive && !root.isActive) root.scanReason ??= { why: 'it is this host\'s to work on now' }
  root.isActive = isActive
  return isActive
}

/** What other hosts had in hand, and what is left of those that fell silent. */
export const heedOthers = async (
  parts: DaemonParts, { roots, timers, beside }: Pick<Round, 'roots' | 'timers' | 'beside'>,
): Promise<void> => {
  await parts.claims.tend()
  const now = parts.clock.monotonic()
  if (parts.lease.fence() === null || now < timers.others || beside.isBusy('recover')) return
  timers.others = now + parts.config.service.leaseMs / 4
  await beside.run('recover', async () => {
    if (await takeOver(parts)) for (const root of roots) root.scanReason ??= { why: 'another host fell silent' }
  })
}
