import { showAge, showBytes, showText } from '../../domain/show.ts'
import { statuses } from '../../domain/status.ts'
import { fromColumn, toColumn, type Instant } from '../../domain/time.ts'
import type { StatusReport } from '../../service/status.ts'
import { leaseState } from '../../service/status-json.ts'
import { windowNames } from '../../store/component-counts.ts'
import type { Lease } from '../../store/leases.ts'
import type { Pass } from '../../store/passes.ts'
import { align, type Cell } from '../align.ts'
import type { Colours } from '../colours.ts'
import { showArchives } from './show-archives.ts'
import { showWatches } from './show-watches.ts'

/** The whole report for people, a line each. */
export const showStatus = (report: StatusReport, colours: Colours): readonly string[] => [
  ...serviceLines(report, colours),
  '',
  ...countLines(report, colours),
  '',
  ...factLines(report, colours),
  '',
  ...showWatches(report, colours),
  '',
  ...showArchives(report, colours),
  '',
  ledgerLine(report, colours),
]

/** A time for people: to the second, with how long ago it was. */
export const showTime = (at: Instant, now: Instant): string => `${toColumn(at).slice(0, 19)} (${showAge(at, now)})`

const serviceLines = ({ service, lastPass, openPass, at }: StatusReport, { red, green, yellow }: Colours): string[] => {
  const lines = service.instances.map((one) => {
    const who = `carbonation ${showText(one.version)} on ${showText(one.host)}, pid ${one.pid}`
    const heartbeat = `last heartbeat ${showAge(one.lastHeartbeat, at)}`
    return one.alive
      ? `Service    ${green('alive')}: ${who}, since ${showTime(one.startedAt, at)}, ${heartbeat}\n` +
        `           queue ${one.queueDepth}, workers active ${one.workersActive}, settling ${one.settling}${shareOf(one.lease)}`
      : `Service    ${red('dead')}: ${who} ended without a word, ${heartbeat}`
  })
  const passes = service.passes.map((one) => `Pass       ${green('alive')}: on ${showText(one.host)}, pid ${one.pid}${shareOf(one)}`)
  const refused = service.instances.filter((one) => one.alive && one.rulesRefused !== null)
    .map((one) => `Rules      ${yellow('refused')}, the old ones are kept: ${showText(one.rulesRefused ?? '')}`)
  const changed = service.instances.filter((one) => one.alive && one.changedSinceStart.length > 0)
    .map((one) => `Changed    since the start: ${showText(one.changedSinceStart.join(', '))}; restart to use it`)
  return [
    ...(lines.length === 0 ? ['Service    does not run'] : lines), ...passes, ...refused, ...changed,
    lastPass === null ? 'Last pass  none' : `Last pass  ${showPass(lastPass, at)}`,
    ...(openPass === null ? [] : [`This pass  began ${showTime(openPass.startedAt, at)} on ${showText(openPass.host)}`]),
  ]
}

/** What it does beside other hosts. */
const shareOf = (lease: Lease | null): string => {
  if (lease === null) return ''
  const state = leaseState(lease)
  if (state !== 'running') return `, its lease is ${state === 'over' ? 'over' : 'over and its work taken'}`
  if (lease.watches.length === 0) return ', stands by'
  return `, works on ${showText(lease.watches.join(', '))}${lease.standby ? ' as a standby' : ''}`
}

const showPass = (pass: Pass, now: Instant): string =>
  `ended ${showTime(pass.endedAt ?? pass.startedAt, now)} on ${showText(pass.host)}: looked at ${pass.lookedAt}, ` +
  `archived ${pass.archived} (${showBytes(pass.bytes)}), newly in trouble ${pass.failed}, exit ${pass.exitCode ?? '-'}`

/** Statuses that nothing has are left out. */
const countLines = ({ components }: StatusReport, { bold }: Colours): readonly string[] => {
  const present = statuses.filter((status) => components[status].total > 0)
  if (present.length === 0) return ['No components in the database.']
  const head: Cell[] = ['status', ...windowNames].map((text) => ({ text, paint: bold }))
  return align([
    head,
    ...present.map((status) => [status, ...windowNames.map((name) => String(components[status][name]))]),
  ])
}

const factLines = (report: StatusReport, { yellow }: Colours): string[] => {
  const { oldestIncomplete: oldest, at } = report
  const lines = [
    `In delivery  ${report.inDelivery}`,
    `In archive   ${report.inArchive}${report.missingInArchive > 0 ? yellow(`, ${report.missingInArchive} missing`) : ''}`,
    `Retry queue  ${report.components.retry_pending.total}`,
  ]
  const dismissed = [...report.dismissed].map(([status, count]) => `${count} ${status}`)
  if (dismissed.length > 0) lines.push(`Dismissed    ${dismissed.join(', ')}`)
  if (oldest !== null) {
    const until = oldest.due_at === null ? '' : `, until ${showTime(fromColumn(oldest.due_at), at)}`
    lines.push(
      `Oldest incomplete group: ${showText(oldest.group_key)} [${showText(oldest.watch_name)}], ` +
      `since ${showTime(fromColumn(oldest.created_at), at)}: ${showText(oldest.waits_for ?? 'waiting')}${until}`,
    )
  }
  if (report.missingMetadata > 0) {
    lines.push(`${yellow('WARNING')}: ${report.missingMetadata} complete groups have no metadata`)
  }
  return lines
}

const ledgerLine = ({ ledger }: StatusReport, { red, green }: Colours): string =>
  `Ledger  ${ledger.components} components, ${(ledger.unaccounted > 0 ? red : green)(`${ledger.unaccounted} unaccounted`)}` +
  (ledger.unaccounted > 0 ? '; "carbonation db check" says which' : '')
