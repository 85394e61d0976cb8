import { Fault } from '../../domain/fault.ts'
import { showPath } from '../../domain/path.ts'
import { fromColumn, toIso } from '../../domain/time.ts'
import type { Generation } from '../../store/group-history.ts'
import type { Match } from '../../store/find-in-ledger.ts'
import type { Answer, Place } from './answer.ts'

/** Always the same three lists, empty where they do not apply: the group's generations in full, several matches, or
 *  what the disk and the config say of a path that has no row. */
export const answerJson = (answer: Answer) => ({
  what: answer.what,
  in_ledger: answer.is !== 'unknown',
  found_by: answer.is === 'unknown' ? null : answer.foundBy,
  component_ids: answer.is === 'group' ? answer.componentIds : [],
  groups: answer.is === 'group' ? answer.generations.map(generationJson) : [],
  matches: answer.is === 'several' ? answer.matches.map(matchJson) : [],
  places: answer.is === 'unknown' ? answer.places.map(placeJson) : [],
})

const generationJson = ({ members, events, ...group }: Generation) => ({
  ...rowJson(group), members: members.map(rowJson), events: events.map(rowJson),
})

const flags = new Set(['is_latest', 'complete', 'release_requested', 'in_delivery', 'in_archive'])

/** A row under its columns' names: times as ISO 8601, flags as booleans. */
const rowJson = (row: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(row).map(([name, value]: [string, unknown]) => {
    if (flags.has(name)) return [name, value === 1]
    return [name, typeof value === 'string' && /(^|_)at$/.test(name) ? toIso(fromColumn(value)) : value]
  }))

const matchJson = (one: Match) => ({
  component_id: one.componentId, watch_name: one.watchName, group_key: one.groupKey, source_path: one.sourcePath,
  status: one.status,
})

const placeJson = ({ path, verdicts, sight, unsettled }: Place) => ({
  path: showPath(path),
  kind: sight === null || sight instanceof Fault ? null : sight.kind,
  size_bytes: sight === null || sight instanceof Fault ? null : sight.identity.sizeBytes,
  error_message: sight instanceof Fault ? sight.sentence : null,
  settling_since: unsettled === null ? null : toIso(unsettled.since),
  lacks: unsettled?.lacks ?? null,
  watches: verdicts.map((one) => ({
    name: one.name, verdict: one.verdict, pattern: one.pattern, near_miss: one.nearMiss,
  })),
})
