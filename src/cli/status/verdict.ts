import { showAge, showText } from '../../domain/show.ts'
import type { Instant, Millis } from '../../domain/time.ts'
import type { StatusReport } from '../../service/status.ts'
import type { WatchReport } from '../../store/watch-state.ts'

/** The exit codes of monitoring plugins. */
export const levels = { ok: 0, warning: 1, critical: 2, unknown: 3 } as const
export type Level = keyof typeof levels
export type Verdict = { readonly level: Level; readonly line: string }
export type Limits = { readonly maxAgeMs: Millis; readonly maxFailed: number }

type Finding = { readonly level: 'warning' | 'critical'; readonly what: string }

/** Everything that is wrong in one line, what is critical first; or that nothing is. */
export const verdict = (report: StatusReport, limits: Limits): Verdict => {
  const found = [
    ...serviceFindings(report, limits), ...ledgerFindings(report), ...archiveFindings(report), ...watchFindings(report),
    ...failedFindings(report, limits), ...missingFindings(report), ...rulesFindings(report),
  ]
  const ordered = [...found.filter((one) => one.level === 'critical'), ...found.filter((one) => one.level === 'warning')]
  const [worst] = ordered
  if (worst !== undefined) return said(worst.level, ordered.map((one) => one.what).join('; '))
  return said('ok', `${report.ledger.components} components, ${report.watches.length} watches, ${heard(report)}`)
}

/** A verdict as the one line that monitoring shows. */
export const said = (level: Level, what: string): Verdict => ({
  level, line: `CARBONATION ${level.toUpperCase()} - ${showText(what)}`,
})

/** When somebody last worked: a service's heartbeat or the end of a pass. */
const lastSign = ({ service, lastPass }: StatusReport): Instant | null => {
  const signs = [service.lastHeartbeat, lastPass?.endedAt ?? null].filter((one) => one !== null)
  return signs.length === 0 ? null : Math.max(...signs)
}

const heard = (report: StatusReport): string => {
  const sign = lastSign(report)
  return sign === null ? 'no sign of life' : `last sign of life ${showAge(sign, report.at)}`
}

/** Where cron runs `--once`, the passes are the signs of life. */
const serviceFindings = (report: StatusReport, { maxAgeMs }: Limits): Finding[] => {
  const sign = lastSign(report)
  if (sign === null) return [{ level: 'critical', what: 'carbonation has never run on this database' }]
  if (report.at - sign > maxAgeMs) return [{ level: 'critical', what: `nothing runs: ${heard(report)}` }]
  return report.service.instances.filter((one) => !one.alive).map((one) => ({
    level: 'warning',
    what: `the service on ${one.host} (pid ${one.pid}) is dead: last heartbeat ${showAge(one.lastHeartbeat, report.at)}`,
  }))
}

const ledgerFindings = ({ ledger }: StatusReport): Finding[] =>
  ledger.unaccounted === 0 ? [] : [{ level: 'critical', what: `${ledger.unaccounted} unaccounted in the ledger` }]

const archiveFindings = ({ archives }: StatusReport): Finding[] =>
  archives.filter((one) => one.trouble !== null).map((one) => ({
    level: 'critical', what: `archive ${one.name} in trouble, ${one.held} groups held: ${one.trouble}`,
  }))

const missingFindings = ({ missingInArchive: count }: StatusReport): Finding[] =>
  count === 0 ? [] : [{ level: 'warning', what: `${count} missing in the archive` }]

const watchFindings = ({ watches }: StatusReport): Finding[] =>
  watches.flatMap(({ name, report }): Finding[] => {
    if (report === null) return []
    if (report.state === 'ok') return isScannedInstead(report) ? [{ level: 'warning', what: `watch ${name}: ${report.reason}` }] : []
    const why = report.trouble === null ? '' : `: ${report.trouble}`
    return [{ level: 'critical', what: `watch ${name} is ${report.state.replace('_', ' ')}${why}` }]
  })

/** Events could tell of its files, and something keeps them away: a limit, or a file system that only looks local. */
const isScannedInstead = ({ backend, reason, fileSystem }: WatchReport): boolean => {
  if (reason === null || reason.startsWith('backend = "poll"')) return false
  return backend === null || (fileSystem?.local === true && reason.includes(': scanned every '))
}

const failedFindings = ({ components, dismissed }: StatusReport, { maxFailed }: Limits): Finding[] => {
  const failed = components.failed.total - (dismissed.get('failed') ?? 0)
  return failed <= maxFailed ? [] : [{ level: 'warning', what: `${failed} failed (at most ${maxFailed} expected)` }]
}

const rulesFindings = ({ service }: StatusReport): Finding[] =>
  service.instances.filter((one) => one.alive && one.rulesRefused !== null)
    .map((one) => ({ level: 'warning', what: `new rules refused: ${one.rulesRefused}` }))
