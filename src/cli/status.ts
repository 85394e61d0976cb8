import { showJson } from '../domain/show.ts'
import { Fault } from '../domain/fault.ts'
import { parseDuration } from '../domain/duration.ts'
import { command, exit, UsageFault, type Args, type Io } from './command.ts'
import type { StatusReport } from '../service/status.ts'
import type { Limits } from './status/verdict.ts'

/** How everything stands; for people, for programs, for monitoring. */
export const status = command({
  usage: 'status',
  summary: 'Show how the service, the watches, the archives and the ledger stand',
  options: {
    '--json': 'As JSON',
    '--check': 'For monitoring: one line; exit 0 ok, 1 warning, 2 critical, 3 unknown',
    '--max-age <age>': 'With --check: how old the last sign of life may be (default: 15m)',
    '--max-failed <number>': 'With --check: how many failed components are no warning (default: 0)',
  },
  async run(args, io) {
    if (args.flag('check')) return check(limitsOf(args), io)
    for (const name of ['max-age', 'max-failed']) {
      if (args.flag(name)) throw new UsageFault(`--${name} only goes with --check`)
    }
    const report = await readReport(io)
    if (args.flag('json')) {
      const { statusJson } = await import('../service/status-json.ts')
      io.out(`${showJson(JSON.stringify(statusJson(report), null, 2))}\n`)
      return exit.ok
    }
    const { showStatus } = await import('./status/show-status.ts')
    const { coloursOf } = await import('./colours.ts')
    io.out(`${showStatus(report, await coloursOf(io)).join('\n')}\n`)
    return exit.ok
  },
})

const readReport = async (io: Io): Promise<StatusReport> => {
  const { clock, openConfig, openDatabase } = await import('../compose.ts')
  const { statusReport } = await import('../service/status.ts')
  const config = await openConfig(io)
  const sql = await openDatabase(config, { readonly: true })
  try {
    return await statusReport(sql, config, clock.now())
  } finally {
    await sql.close()
  }
}

/** What keeps the check from knowing is an exit code of its own. */
const check = async (limits: Limits, io: Io): Promise<number> => {
  const { levels, said, verdict } = await import('./status/verdict.ts')
  const { level, line } = await readReport(io).then((report) => verdict(report, limits), (error: unknown) => {
    if (error instanceof Fault) return said('unknown', error.sentence.replaceAll('\n', '; '))
    throw error
  })
  io.out(`${line}\n`)
  return levels[level]
}

const limitsOf = (args: Args): Limits => {
  if (args.flag('json')) throw new UsageFault('--json and --check exclude each other')
  const age = args.text('max-age') ?? '15m'
  const maxAgeMs = parseDuration(age)
  if (maxAgeMs === null || maxAgeMs === 0) throw new UsageFault(`--max-age must be a duration such as 15m, was "${age}"`)
  const failed = args.text('max-failed') ?? '0'
  if (!/^\d{1,15}$/.test(failed)) throw new UsageFault(`--max-failed must be a whole number such as 0, was "${failed}"`)
  return { maxAgeMs, maxFailed: Number(failed) }
}
