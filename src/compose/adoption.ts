import { loadPlainSetup } from '../config/load-plain-setup.ts'
import { clock, configPlace, ledgerName, openFilePool, openProjectPlugins, openSql, rootOf, type Place } from '../compose.ts'
import type { Config } from '../config/config.ts'
import { Fault } from '../domain/fault.ts'
import type { Path } from '../domain/path.ts'
import { configFiles } from '../edges/config-files.ts'
import { backUpSqlite, freeName, realPath, removeBackup, writerOf } from '../edges/sqlite-backup.ts'
import { adoptPython, type Adoption } from '../service/python/adopt-python.ts'
import { openPlaces } from '../service/python/places.ts'
import { missingFunctions, showMissing } from '../service/rule-functions.ts'
import { rulesWithPlugins } from '../service/rules-with-plugins.ts'
import { otherConnection } from '../store/connections.ts'
import { pathDigest } from '../store/digest.ts'
import { addPluginColumns } from '../store/plugin-columns.ts'
import { isPythonDatabase } from '../store/python/tables.ts'

/** Whether config.toml names a database of the Python package. Looks only, unless a process that was killed left a SQLite
 *  database in which nothing can be read before its last change is taken back. */
export const isPython = async (config: Config): Promise<boolean> => {
  try {
    return await isPythonOpened(config, true)
  } catch (error) {
    if (config.database.engine === 'sqlite' && error instanceof Fault) return isPythonOpened(config, false)
    throw error
  }
}

const isPythonOpened = async (config: Config, readonly: boolean): Promise<boolean> => {
  const sql = openSql(config, { create: false, readonly })
  try {
    return await isPythonDatabase(sql)
  } finally {
    await sql.close()
  }
}

type Asked = Place & {
  readonly actor: string
  readonly signal: AbortSignal
  readonly force: boolean
  readonly onProgress: (done: number, of: number) => void
}

/** Adopts the project's database of the Python package. `backup` is where it was kept as it was; null for a server. */
export const adoptProject = async (place: Asked): Promise<Adoption & { readonly backup: Path | null }> => {
  const setup = await loadPlainSetup(configFiles, configPlace(place))
  const { config } = setup
  if (!place.force) await requireUnused(config)
  const plugins = await openProjectPlugins(config, place)
  const pool = openFilePool(config)
  const { columns, digest, queryDefaults, modules } = plugins.describe()
  const rules = rulesWithPlugins(setup.rules, digest)
  try {
    for (const missing of missingFunctions(setup.rules, { modules })) {
      place.err(`WARNING: ${showMissing(missing)}: needed before the first run\n`)
    }
    const backup = config.database.engine === 'sqlite' ? freeName(`${config.database.name}.python-0.0.1`) : null
    if (backup !== null) backUpSqlite(config.database.name, backup)
    const sql = openSql(config, { create: false })
    try {
      const adoption = await adoptPython({
        sql, files: pool.files, plugins, workers: config.service.workers, places: openPlaces({ config, rules, rootOf, realPath }),
        columns, now: clock.now(), basis: basisOf(config, rules), ...place,
      })
      await addPluginColumns(sql, columns, queryDefaults)
      return { ...adoption, backup }
    } catch (error) {
      if (backup !== null && error instanceof Fault && await isPythonDatabase(sql)) removeBackup(backup)
      throw error
    } finally {
      await sql.close()
    }
  } finally {
    plugins.close()
    await pool.close()
  }
}

const basisOf = ({ watches, archives }: Config, rules: unknown): string => pathDigest(JSON.stringify([watches, archives, rules]))

/** Two programs on one database: what the other one has in its hands would be lost. */
const requireUnused = async (config: Config): Promise<void> => {
  const { engine, name } = config.database
  const who = engine === 'sqlite' ? writerOf(realPath(name)) : await connectedTo(config)
  if (who === null) return
  throw new Fault(`${who} has ${ledgerName(config)} open`, {
    remedy: 'nothing was changed: stop the Python package (its service, its cron lines) and whatever else is connected, then try again; --force goes on all the same',
  })
}

const connectedTo = async (config: Config): Promise<string | null> => {
  const sql = openSql(config, { create: false, readonly: true })
  try {
    return await otherConnection(sql)
  } finally {
    await sql.close()
  }
}

