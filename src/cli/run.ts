import { showBytes } from '../domain/show.ts'
import { command, exit, UsageFault, type Io } from './command.ts'
import type { OnceEnd } from '../service/run-once.ts'
import type { PassParts } from '../service/pass.ts'

/** The service, one pass, or what a pass would decide. */
export const run = command({
  usage: 'run',
  summary: 'Watch the delivery directories and archive what is complete',
  options: {
    '--once': 'One look at every watch, then stop; for cron',
    '--dry-run': 'Say what a pass would decide for every file, and write nothing',
  },
  async run(args, io) {
    if (args.flag('once') && args.flag('dry-run')) throw new UsageFault('--once and --dry-run exclude each other')
    if (!args.flag('once')) throw new UsageFault('the service is not there yet', { remedy: 'use --once' })
    return once(io)
  },
})

const once = async (io: Io): Promise<number> => {
  const { openService } = await import('../compose.ts')
  const { runOnce } = await import('../service/run-once.ts')
  const service = await openService(io, io.isTerminal ? 'all' : 'problems')
  try {
    const end = await runOnce(service.parts, io.signal)
    tell(end, service.parts, io)
    return end.scans.some((one) => one.end.fault !== null) ? exit.failed : exit.ok
  } finally {
    await service.close()
  }
}

/** Work that went well is not told without a terminal, since cron mails what is printed. */
const tell = (end: OnceEnd, { tally }: PassParts, io: Io): void => {
  for (const { watch, end: scan } of end.scans) {
    if (scan.fault !== null) io.err(`watch ${watch.name}: ${scan.fault.line}\n`)
  }
  if (io.isTerminal) io.err(`archived ${tally.archived} files, ${showBytes(tally.bytes)}\n`)
  for (const [status, count] of tally.trouble) {
    io.err(`${count} newly ${status}; "carbonation query components --status ${status}" lists them\n`)
  }
  if (end.settling > 0) io.err(`${end.settling} files still change, left for the next run\n`)
}
