import { statuses } from '../domain/status.ts'
import { toColumn, type Instant, type Millis } from '../domain/time.ts'
import type { SqlValue } from '../world.ts'
import { lastEvent } from './last-event.ts'

/** What must hold of every row, and what it means where it does not. */
export type LedgerRule = {
  readonly name: string
  readonly means: string
  readonly table: 'file_components' | 'files' | 'events'
  /** Holds for a row `r` that breaks the rule. */
  readonly broken: string
  readonly parameters: readonly SqlValue[]
}

/** The promises of the ledger, each as the question which rows break it. */
export const ledgerRules = (now: Instant, staleMs: Millis): readonly LedgerRule[] => [
  component('unknown status', 'no version of carbonation writes this status',
    'r.status not in (select value from json_each(?))', [JSON.stringify(statuses)]),
  component('status without its event', 'its status is not the one that its last event gave it',
    `coalesce(r.status, '') <> coalesce(${lastEvent('to_status', 'r.id')}, '')`),
  component('archived without a place', 'it is archived, but no archive path or no digest is recorded',
    "r.status = 'archived' and (r.archive_path is null or r.archive_digest is null or r.sha256 is null)"),
  component('in the archive by mistake', 'it counts as in the archive, but its status is not archived',
    "r.in_archive = 1 and r.status <> 'archived'"),
  component('nothing decided', 'it is detected for longer than stale_threshold and nothing was decided',
    `r.status = 'detected' and coalesce(${lastEvent('at', 'r.id')}, r.detected_at) < ?`, [toColumn(now - staleMs)]),
  component('without a group', 'the group that it belongs to is not there',
    'not exists (select 1 from files f where f.id = r.group_id)'),
  component('wrong current row', 'it stands for another path than its own',
    'r.current_digest <> r.path_digest'),
  component('path without a current row', 'no row says what stands at its path now',
    `r.current_digest is null and r.origin = 'delivered' and r.in_delivery = 1 and r.status not in ('superseded', 'archived')
       and not exists (select 1 from file_components o where o.current_digest = r.path_digest)`),
  component('never tried again', 'it waits to be tried again, but nothing will: "carbonation explain" shows it',
    `r.status = 'retry_pending' and exists (select 1 from files f
       where f.id = r.group_id and f.due_at is null and f.held_by is null)`),
  group('wrong latest generation', 'is_latest does not mark the newest generation',
    '(r.is_latest = 1) <> (r.generation = (select max(g.generation) from files g where g.group_digest = r.group_digest))'),
  group('generation left out', 'the generation before it is not there',
    `r.generation > 1 and not exists (select 1 from files g
       where g.group_digest = r.group_digest and g.generation = r.generation - 1)`),
  group('archived without its place in the order', 'it was archived, but has no completed_seq, so no reader gets it',
    `r.completed_seq is null and (select max(case when c.status = 'archived' and c.origin = 'delivered' then 1 else 0 end)
       from file_components c where c.group_id = r.id) = 1`),
  group('place in the order out of bounds', 'its completed_seq is not unique, or above the counter',
    `r.completed_seq > (select value from counters where name = 'completed_seq')
       or exists (select 1 from files o where o.completed_seq = r.completed_seq and o.id <> r.id)`),
  group('group without a file', 'no component belongs to it',
    'r.dismissed is null and not exists (select 1 from file_components c where c.group_id = r.id)'),
  {
    name: 'event of no component', means: 'the component that it is about is not there', table: 'events', parameters: [],
    broken: 'r.component_id is not null and not exists (select 1 from file_components c where c.id = r.component_id)',
  },
]

const component = (name: string, means: string, broken: string, parameters: readonly SqlValue[] = []): LedgerRule =>
  ({ name, means, table: 'file_components', broken, parameters })

const group = (name: string, means: string, broken: string, parameters: readonly SqlValue[] = []): LedgerRule =>
  ({ name, means, table: 'files', broken, parameters })
