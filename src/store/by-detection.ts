import type { SqlValue } from '../world.ts'

/** Where a walk through the components of one status stands. They come by the time they were detected and then by their id,
 *  as the index of statuses has them, so that no page reads again what those before it have read. */
export type Reached = { readonly at: string; readonly id: number }

export const beforeAll: Reached = { at: '0001-01-01', id: 0 }

/** Of components `c`, together with `c.status = ?`. */
export const isBeyond = 'c.detected_at >= ? and (c.detected_at > ? or c.id > ?)'
export const beyond = ({ at, id }: Reached): readonly SqlValue[] => [at, at, id]
export const byDetection = 'order by c.detected_at, c.id'
