import { Fault } from '../domain/fault.ts'
import type { Path } from '../domain/path.ts'
import { showBytes, showText } from '../domain/show.ts'
import type { Service } from '../compose/service.ts'
import type { OnceEnd } from '../service/run-once.ts'
import type { PassParts } from '../service/pass-parts.ts'
import { command, exit, UsageFault, type Io } from './command.ts'

/** The service, one pass, or what a pass would decide. */
export const run = command({
  usage: 'run',
  summary: 'Watch the delivery directories and archive what is complete',
  options: {
    '--once': 'One look at every watch, then stop; for cron',
    '--dry-run': 'Say what a pass would decide for every file, and write nothing',
  },
  worksLong: true,
  async run(args, io) {
    if (args.flag('once') && args.flag('dry-run')) throw new UsageFault('--once and --dry-run exclude each other')
    if (args.flag('dry-run')) return pretend(io)
    return args.flag('once') ? once(io) : serveUntilStopped(io)
  },
})

const once = async (io: Io): Promise<number> => {
  const { openService } = await import('../compose/service.ts')
  const { runOnce } = await import('../service/run-once.ts')
  const service = await openService(io, io.isTerminal ? 'all' : 'problems')
  try {
    const taken = await service.takeWatches()
    if (taken.length > 0) {
      io.err(`another carbonation works on ${taken.join(', ')} already; this pass leaves it to that one\n`)
      return exit.ok
    }
    const end = await runOnce(service.parts, service.identity.host, io.signal)
    const { lookedAt, archived, bytes } = service.parts.tally
    service.parts.log.write('INFO', 'the pass is over', { looked_at: lookedAt, archived, bytes, settling: end.settling })
    tell(end, service.parts, io)
    return !end.interrupted && end.scans.some((one) => one.end.fault !== null) ? exit.failed : exit.ok
  } finally {
    await service.close()
  }
}

/** Work that went well is not told without a terminal, since cron mails what is printed. */
const tell = (end: OnceEnd, { tally }: PassParts, io: Io): void => {
  for (const { watch, end: scan } of end.scans) {
    const { ignored, unmatched, subdirsNotEntered, nearMisses, samples } = scan.counts
    if (scan.fault !== null && !end.interrupted) io.err(`watch ${watch.name}: ${scan.fault.sentence}\n`)
    if (!end.interrupted) tellUnseen(watch.name, scan.unseen, io)
    if (nearMisses > 0) io.err(`watch ${watch.name}: ${nearMisses} names match but for upper and lower case\n`)
    if (io.isTerminal && ignored + unmatched + subdirsNotEntered > 0) {
      const named = samples.length > 0 ? `, such as ${samples.map(showText).join(', ')}` : ''
      io.err(`watch ${watch.name}: ${ignored} ignored, ${unmatched} unmatched, ${subdirsNotEntered} directories not entered${named}\n`)
    }
  }
  if (io.isTerminal) io.err(`archived ${tally.archived} files, ${showBytes(tally.bytes)}\n`)
  for (const [status, count] of tally.trouble) {
    io.err(`${count} newly ${status}; "carbonation query components --status ${status}" lists them\n`)
  }
  if (end.settling > 0) io.err(`${end.settling} files still change, left for the next run\n`)
  if (end.interrupted) io.err('stopped by a signal; the next run goes on from here\n')
}

/** Of many directories the first ones are enough to find the cause. */
const mostUnseenTold = 10

/** Files that are there and could not be looked at: the next run tries again. */
const tellUnseen = (watch: string, unseen: ReadonlyMap<Path, Fault>, io: Io): void => {
  for (const { sentence } of [...unseen.values()].slice(0, mostUnseenTold)) io.err(`watch ${watch}: ${showText(sentence)}\n`)
  const rest = unseen.size - mostUnseenTold
  if (rest > 0) io.err(`watch ${watch}: in ${rest} more directories files could not be looked at\n`)
}

const serveUntilStopped = async (io: Io): Promise<number> => {
  const { openDaemon } = await import('../compose/daemon.ts')
  const { openService } = await import('../compose/service.ts')
  const { serve } = await import('../service/daemon.ts')
  const service = await openService(io, 'all', io.signal).catch(unlessStopped(io))
  if (service === null) return exit.ok
  try {
    await waitForWatches(service, io)
    const daemon = openDaemon(service)
    try {
      if (!io.signal.aborted) await serve(daemon, io.signal).catch(unlessStopped(io))
      await daemon.heartbeat.end(exit.ok).catch(unlessStopped(io))
    } finally {
      await daemon.watcher.close()
    }
    return exit.ok
  } finally {
    await service.close()
  }
}

/** A service that is stopped while its database is away has nothing left to do. */
const unlessStopped = ({ signal }: Io) => (error: unknown): null => {
  if (signal.aborted && error instanceof Fault) return null
  throw error
}

/** A pass that cron began may still work on them. */
const waitForWatches = async ({ takeWatches, parts, supervisor }: Service, io: Io): Promise<void> => {
  for (let told = false; !io.signal.aborted; told = true) {
    const taken = await takeWatches()
    if (taken.length === 0) return
    if (!told) parts.log.write('WARNING', `another carbonation works on ${taken.join(', ')}; waiting until it ends`)
    supervisor.ready()
    supervisor.alive()
    supervisor.status(`another carbonation works on ${taken.join(', ')}; waiting until it ends`)
    await parts.clock.sleep(1000, io.signal)
  }
}

const pretend = async (io: Io): Promise<number> => {
  const { rootOf } = await import('../compose.ts')
  const { openDryService } = await import('../compose/dry-service.ts')
  const { dryRun } = await import('../service/dry-run.ts')
  const service = await openDryService(io)
  try {
    const { archives } = service.parts.config
    const root = (name: string) => archives.filter((one) => one.name === name).map(rootOf)[0] ?? ''
    const end = await dryRun(service.parts, root, io.signal)
    for (const { member } of end.verdicts) {
      const why = member.status === 'archived' ? member.place?.path : member.error
      io.out(`${showText(member.path)}  ${member.status}${why ? `  ${showText(why)}` : ''}\n`)
    }
    if (end.settling > 0) io.err(`${end.settling} files have not settled yet\n`)
    for (const { fault } of end.faults) if (fault !== null) io.err(`${fault.sentence}\n`)
    return end.faults.length > 0 ? exit.failed : exit.ok
  } finally {
    await service.close()
  }
}
