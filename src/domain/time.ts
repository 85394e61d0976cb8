/** A point in time: milliseconds since 1970 UTC. Handed in, never asked for; `edges/clock.ts` alone asks. */
export type Instant = number

/** A span of time in milliseconds. */
export type Millis = number

export const second: Millis = 1000
export const minute: Millis = 60 * second
export const hour: Millis = 60 * minute
export const day: Millis = 24 * hour

/** As columns keep it: `2026-11-21 10:00:00.000`, UTC; sorts, and SQLite's date functions read it. */
export const toColumn = (at: Instant): string => new Date(at).toISOString().replace('T', ' ').replace('Z', '')

/** The instant of a column's text. */
export const fromColumn = (text: string): Instant => Date.parse(`${text.replace(' ', 'T')}Z`)

/** As JSON output has it: ISO 8601 with `Z`. */
export const toIso = (at: Instant): string => new Date(at).toISOString()
