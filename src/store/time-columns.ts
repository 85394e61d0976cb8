import { toColumn, type Instant } from '../domain/time.ts'
import { lastFew } from './digest.ts'

/** An instant as its column holds it. The same few instants stand in thousands of rows of a batch. */
export const columnOf = lastFew(toColumn)

/** Null for a time that is not set. */
export const columnOrNull = (at: Instant | null): string | null => (at === null ? null : columnOf(at))
