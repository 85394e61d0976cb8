import { showAge, showBytes, showText } from '../../domain/show.ts'
import { fromColumn, toColumn, type Instant } from '../../domain/time.ts'
import type { EventRow, Generation, MemberRow } from '../../store/group-history.ts'
import { align, type Cell } from '../align.ts'
import type { Colours } from '../colours.ts'

/** One generation of a group: how it stands, what it waits for, its members, and the events of those asked for. */
export const showGeneration = (
  one: Generation, componentIds: readonly number[], now: Instant, colours: Colours,
): readonly string[] => {
  const asked = one.members.filter((member) => componentIds.includes(member.id))
  return [
    `${colours.bold(`Group ${showText(one.group_key)}`)} of watch ${showText(one.watch_name)}, generation ${one.generation}` +
      `${one.is_latest === 1 ? '' : ', not the latest'}`,
    ...align(facts(one, now), '  '),
    '  Members',
    ...align(one.members.map((member) => memberRow(member, componentIds, colours)), '    '),
    ...(asked.length > 0 ? asked : one.members).flatMap((member) => eventLines(member, one.events)),
    ...groupEvents(one),
  ]
}

const facts = (one: Generation, now: Instant): Cell[][] => {
  const rows: Cell[][] = [['First seen', time(one.created_at, now)], ['Complete', complete(one, now)]]
  const waits = waitsFor(one, now)
  if (waits !== null) rows.push(['Waits for', waits])
  if (one.selected_by !== null) rows.push(['Taken by', one.selected_by])
  const refused = one.members.find((member) => member.status === 'not_selected')
  if (refused !== undefined) rows.push(['Not wanted', refused.error_message ?? ''])
  if (one.routed_by !== null) rows.push(['Archive', `${one.archive_name ?? '?'}, named by ${one.routed_by}`])
  if (one.archive_path !== null) rows.push(['Kept at', one.archive_path])
  if (one.dismissed !== null) rows.push(['Dismissed', one.dismissed])
  return rows
}

const complete = (one: Generation, now: Instant): string =>
  one.complete === 1 ? `since ${one.completed_at === null ? '?' : time(one.completed_at, now)}`
    : `no${one.release_requested === 1 ? ', but a person asked to archive it so' : ''}`

/** Why it is not at its end yet, and until when; null where it is. */
const waitsFor = (one: Generation, now: Instant): string | null => {
  const open = one.members.find((member) => ['detected', 'waiting', 'retry_pending'].includes(member.status))
  if (open === undefined) return null
  if (one.held_by !== null) return `the archive ${one.held_by} to be well again: ${open.error_message ?? ''}`
  const until = dueText(one.due_at, open.status === 'retry_pending' ? 'tried again' : 'until', now)
  if (open.status === 'detected') return `its turn${until}`
  const reason = open.error_message ?? 'a member'
  return open.status === 'waiting' ? `${reason.replace(/^waiting for /, '')}${until}`
    : `attempt ${open.retry_count + 1}, after: ${reason}${until}`
}

const dueText = (due: string | null, word: string, now: Instant): string => {
  if (due === null) return ''
  return fromColumn(due) <= now ? ', at the next pass' : `, ${word} ${time(due, now)}`
}

const memberRow = (member: MemberRow, componentIds: readonly number[], { bold }: Colours): Cell[] => {
  const path = member.source_path ?? member.filename
  return [
    member.status,
    { text: path, paint: componentIds.includes(member.id) ? bold : (text) => text },
    member.size_bytes === null ? '' : showBytes(member.size_bytes),
    [
      member.in_delivery === 1 ? 'in delivery' : 'not in delivery',
      ...(member.archive_path === null ? [] : [`${member.in_archive === 1 ? 'at' : 'missing at'} ${member.archive_path}`]),
      ...(member.error_message === null ? [] : [member.error_message]),
    ].join('; '),
  ]
}

const eventLines = (member: MemberRow, events: readonly EventRow[]): string[] => {
  const own = events.filter((event) => event.component_id === member.id)
  return own.length === 0 ? [] : [`  Events of ${showText(member.filename)}`, ...align(own.map(eventRow), '    ')]
}

const groupEvents = ({ events }: Generation): string[] => {
  const own = events.filter((event) => event.component_id === null)
  return own.length === 0 ? [] : ['  Events of the group', ...align(own.map(eventRow), '    ')]
}

const eventRow = (event: EventRow): Cell[] => [
  event.at.slice(0, 19),
  event.stage,
  event.from_status === event.to_status ? `${event.to_status ?? ''} (note)` : (event.to_status ?? ''),
  [event.detail ?? '', event.actor === event.stage ? '' : `by ${event.actor}`].filter((part) => part !== '').join(', '),
]

const time = (column: string, now: Instant): string => {
  const at = fromColumn(column)
  return `${toColumn(at).slice(0, 19)} (${showAge(at, now)})`
}
