import { dueGroups } from '../store/due-groups.ts'
import type { Sql } from '../world.ts'
import type { Candidates } from './candidates.ts'
import type { Claims } from './claims.ts'

/** Everything is ours: locks on the watches keep others away. */
export const allOurs = (sql: Sql, candidates: Candidates): Claims => ({
  take: async (batch) => batch,
  takeToEnd: async (batch) => batch,
  due: (watchNames, now, limit) => dueGroups(sql, watchNames, now, limit),
  record: async (_, write) => void (await write(sql)),
  letGo: () => undefined,
  tend: async () => undefined,
  candidates,
  inHand: 0,
})
