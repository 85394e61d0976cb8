import { Fault } from '../domain/fault.ts'
import { showText } from '../domain/show.ts'
import { findByGroupKey } from '../store/find-in-ledger.ts'
import type { Sql } from '../world.ts'

/** Refuses a group key that none of these watches has. */
export const requireGroup = async (sql: Sql, groupKey: string, watchNames: readonly string[]): Promise<void> => {
  if ((await findByGroupKey(sql, groupKey, watchNames)).length > 0) return
  const where = watchNames.length === 1 ? ` in the watch ${showText(watchNames[0] ?? '')}` : ''
  throw new Fault(`no group has the key "${showText(groupKey)}"${where}`, {
    remedy: '"carbonation explain NAME" tells the group of a file',
  })
}
