import { openSqlite } from '../../src/edges/sqlite.ts'
import type { Sql } from '../../src/world.ts'
import { openFresh, serverNames } from './servers.ts'

/** The ledgers of this run are on a server. */
export const isOnServer = process.env['CARBONATION_TEST_LEDGER'] !== undefined

/** An empty database: SQLite in memory (or in a file), or one of the server that `CARBONATION_TEST_LEDGER` names. */
export const anEmptySql = async (file = ':memory:'): Promise<Sql> => {
  const name = serverNames.find((one) => one === process.env['CARBONATION_TEST_LEDGER'])
  return name === undefined || file !== ':memory:' ? openSqlite(file, { create: true, synchronous: 'off' }) : openFresh(name)
}
