import { loadPlainSetup } from '../config/load-plain-setup.ts'
import type { Config } from '../config/config.ts'
import { clock, configPlace, openDatabase, openFilePool, openProjectPlugins, openSql, type Place } from '../compose.ts'
import { configFiles } from '../edges/config-files.ts'
import { openLog } from '../edges/log.ts'
import { openSqlite } from '../edges/sqlite.ts'
import type { Archives } from '../service/archives.ts'
import { openCandidates } from '../service/candidates.ts'
import { allOurs } from '../service/all-ours.ts'
import { noLease } from '../service/lease.ts'
import { newTally } from '../service/tally.ts'
import { rulesWithPlugins } from '../service/rules-with-plugins.ts'
import { openSettling } from '../service/settling-table.ts'
import { isUnmade, migrate } from '../store/migrations.ts'
import type { Sql } from '../world.ts'
import { mayExist } from './ledger.ts'
import type { Service } from './service.ts'

/** The parts of a pass that only looks: the database as it is, read only, or an empty one in memory. */
export const openDryService = async (place: Place): Promise<Pick<Service, 'parts' | 'close'>> => {
  const { config, rules } = await loadPlainSetup(configFiles, configPlace(place))
  const plugins = await openProjectPlugins(config, place)
  const decided = rulesWithPlugins(rules, plugins.describe().digest)
  const sql = await openAsItIs(config)
  const pool = openFilePool(config)
  const log = openLog({ ...config.logging, file: null, stderr: 'problems', clock })
  const candidates = openCandidates()
  const archives: Archives = {
    put: () => Promise.reject(new Error('a dry run puts nothing')), retry: async () => undefined, isAway: async () => false,
    during: (_, work) => work(),
  }
  return {
    parts: {
      config, rules: () => decided, clock, files: pool.files, plugins, destination: pool.destination, sql, log,
      settling: openSettling(), record: () => Promise.reject(new Error('a dry run records nothing')), archives,
      lease: noLease(async () => []), claims: allOurs(sql, candidates), candidates, tally: newTally(), reopened: new Map(), tidy: () => undefined,
    },
    close: async () => {
      plugins.close()
      await pool.close()
      await sql.close()
      await log.close()
    },
  }
}

const openAsItIs = async (config: Config): Promise<Sql> => {
  if (mayExist(config)) {
    const sql = openSql(config, { create: false, readonly: true })
    const isEmpty = config.database.engine !== 'sqlite' && (await isUnmade(sql))
    await sql.close()
    if (!isEmpty) return openDatabase(config, { readonly: true })
  }
  const sql = openSqlite(':memory:', { create: true })
  await migrate(sql, clock.now())
  return sql
}
