/** Where a component stands, and where it may go from there.
 *
 *   detected ──► waiting ──► archived ──► superseded
 *      │  ▲         │
 *      │  └─ integrity_failed, timed_out, not_selected, cleared   (changed content, changed rules, or `retry`)
 *      └──► retry_pending ──► failed                               (trouble outside; `retry` brings it back)
 *
 * This table is the source: stages are checked against it by the compiler, the store refuses what it does not
 * allow, and a test checks that nothing is unreachable. Every status but `archived` and `superseded` also goes to
 * `detected` when the content of the file changed.
 */
export const transitions = {
  detected: ['integrity_failed', 'waiting', 'timed_out', 'not_selected', 'archived', 'retry_pending', 'failed', 'cleared'],
  integrity_failed: ['detected', 'cleared'],
  waiting: ['detected', 'archived', 'not_selected', 'timed_out', 'integrity_failed', 'retry_pending', 'failed', 'cleared'],
  timed_out: ['detected', 'cleared'],
  not_selected: ['detected', 'cleared'],
  archived: ['superseded'],
  retry_pending: [
    'detected', 'waiting', 'integrity_failed', 'not_selected', 'archived', 'timed_out', 'failed', 'cleared',
  ],
  failed: ['detected', 'retry_pending'],
  cleared: ['detected'],
  superseded: [],
} as const satisfies Record<string, readonly string[]>

export type Status = keyof typeof transitions

/** The statuses that `S` may turn into. */
export type Next<S extends Status> = (typeof transitions)[S][number]

export const statuses = Object.keys(transitions) as Status[]

export const isStatus = (text: string): text is Status => Object.hasOwn(transitions, text)

/** Whether the table allows `from → to`. Equal statuses are a note on the component, always allowed. */
export const mayBecome = (from: Status, to: Status): boolean =>
  from === to || (transitions[from] as readonly Status[]).includes(to)
