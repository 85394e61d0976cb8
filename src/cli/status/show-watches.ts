import { showPath } from '../../domain/path.ts'
import { showAge, showBytes, showText } from '../../domain/show.ts'
import type { Instant } from '../../domain/time.ts'
import type { StatusReport, WatchLine } from '../../service/status.ts'
import type { WatchReport } from '../../store/watch-state.ts'
import { align } from '../align.ts'
import type { Colours } from '../colours.ts'

/** Each watch as it was seen last, with the equation of its last look. */
export const showWatches = ({ watches, at }: StatusReport, colours: Colours): readonly string[] => {
  const heads = align(watches.map((one) => [one.name, state(one, colours), showPath(one.path)]), '  ')
  return ['Watches', ...watches.flatMap((one, index) => [heads[index] ?? '', ...details(one, at, colours)])]
}

const state = ({ report }: WatchLine, { red, green, yellow }: Colours) =>
  report === null ? { text: 'not looked at yet', paint: yellow }
    : { text: report.state.replace('_', ' '), paint: report.state === 'ok' ? green : red }

const details = (line: WatchLine, now: Instant, colours: Colours): string[] => {
  const { report } = line
  const arrival = line.lastArrival === null ? 'nothing arrived yet' : `last arrival ${showAge(line.lastArrival, now)}`
  const facts = [arrival, `backlog ${line.backlog}`, `failed ${line.failed}`]
  if (report?.freeBytes != null) facts.push(`${showBytes(report.freeBytes)} free`)
  const lines = [facts.join(', ')]
  if (report !== null) lines.push(...seen(report, line, now, colours))
  return lines.map((one) => `    ${one}`)
}

const seen = (report: WatchReport, line: WatchLine, now: Instant, { red, yellow }: Colours): string[] => {
  const lines: string[] = []
  if (report.trouble !== null) lines.push(red(showText(report.trouble)))
  const why = report.reason === null ? '' : `: ${showText(report.reason)}`
  if (report.backend !== null) lines.push(`watched by ${report.backend}${why}`)
  else if (report.reason !== null && report.trouble === null) lines.push(yellow(`scanned, since it can't be watched${why}`))
  if (report.lastScanAt !== null) lines.push(equation(report, line, report.lastScanAt, now, red))
  if (report.subdirsNotEntered > 0) lines.push(`${report.subdirsNotEntered} subdirectories not entered`)
  if (report.nearMisses > 0) lines.push(yellow(`${report.nearMisses} names differ from a pattern only in case`))
  if (report.samples.length > 0) lines.push(`not taken: ${report.samples.map(showText).join(', ')}`)
  if (report.restless > 0) lines.push(yellow(restless(report, now)))
  if (report.missedHints > 0) lines.push(yellow(`${report.missedHints} files came without a hint`))
  return lines
}

const restless = ({ restless: count, unsettled }: WatchReport, now: Instant): string => {
  const [oldest] = unsettled
  const example = oldest === undefined ? '' : `, such as ${showText(showPath(oldest.path))}, since ${showAge(oldest.since, now)}: ${
    oldest.lacks ?? 'it goes on changing'}`
  return `${count} never come to rest${example}`
}

/** Every file that the last look saw is one of these. */
const equation = (
  report: WatchReport, { unaccounted }: WatchLine, at: Instant, now: Instant, red: (text: string) => string,
): string => {
  const whole = report.seen + report.ignored + report.unmatched
  const parts = [
    `${report.rows ?? '?'} in the ledger`, `${report.ignored} ignored`, `${report.unmatched} unmatched`,
    `${report.settling} settling`,
  ]
  const rest = (unaccounted ?? 0) > 0 ? ` + ${red(`${unaccounted} unaccounted`)}` : ''
  return `${whole} files seen ${showAge(at, now)} = ${parts.join(' + ')}${rest}`
}
