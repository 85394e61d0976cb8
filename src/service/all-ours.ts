import { dueGroups } from '../store/due-groups.ts'
import type { Sql } from '../world.ts'
import type { Candidates } from './candidates.ts'
import type { Claims } from './claims.ts'

/** Everything is ours: locks on the watches keep others away. */
export const allOurs = (sql: Sql, candidates: Candidates): Claims => ({
  take: async (batch) => batch,
  takeToEnd: async (batch) => batch,
  due: async (watchNames, now, limit) => (await dueGroups(sql, now, limit)).filter((one) => watchNames.includes(one.watchName)),
  record: async (_, write) => void (await write(sql)),
  letGo: () => undefined,
  tend: async () => undefined,
  candidates,
  inHand: 0,
})
