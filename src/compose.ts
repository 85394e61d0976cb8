import { hostname } from 'node:os'
import { resolve } from 'node:path'
import type { Io } from './cli/command.ts'
import type { Config } from './config/config.ts'
import { loadConfig } from './config/load-config.ts'
import { loadSetup, type Setup } from './config/load-setup.ts'
import { Fault } from './domain/fault.ts'
import { literalPrefix, parseTemplate } from './domain/template.ts'
import { systemClock } from './edges/clock.ts'
import { openLog } from './edges/log.ts'
import { openPlugins, type PluginHost } from './edges/plugin-host.ts'
import { openSqlite } from './edges/sqlite.ts'
import { configFiles, exists } from './edges/config-files.ts'
import { openWorkerPool, type WorkerPool } from './edges/worker-pool.ts'
import { openArchives } from './service/archives.ts'
import { openCandidates } from './service/candidates.ts'
import type { Parts } from './service/parts.ts'
import { newTally, type PassParts } from './service/pass.ts'
import { openSettling } from './service/settle.ts'
import { addPluginColumns } from './store/plugin-columns.ts'
import { migrate, requireCurrentSchema } from './store/migrations.ts'
import type { Clock, Log, Sql } from './world.ts'

/** The machine's clock, for commands that only need the time. */
export const clock: Clock = systemClock

/** Where the user's config.toml is. */
const configPlace = (io: Io) => ({
  path: resolve(io.cwd, io.configPath), name: io.configPath, home: io.env['HOME'] ?? null, asRoot: process.getuid?.() === 0,
})

/** config.toml, rules.toml and credentials, checked one by one and together. */
export const openSetup = (io: Io): Setup => loadSetup(configFiles, configPlace(io))

/** config.toml alone, for commands that ask no rules. */
export const openConfig = (io: Io): Config => loadConfig(configFiles, configPlace(io))

/** The plugins of the project, loaded in a thread of their own. */
export const openProjectPlugins = (config: Config, io: Io): Promise<PluginHost> =>
  openPlugins({ directory: config.plugins.directory, timeoutMs: config.plugins.timeoutMs, print: io.err })

/** The project's database, as it is. Refused where it lacks tables or is newer than this program. */
export const openDatabase = async (config: Config, options: { readonly?: boolean } = {}): Promise<Sql> => {
  const sql = openSql(config, { create: false, ...options })
  try {
    await requireCurrentSchema(sql)
    return sql
  } catch (error) {
    await sql.close()
    throw error
  }
}

/** The database without a look at its schema. */
export const openSql = (config: Config, options: { create: boolean; readonly?: boolean }): Sql => {
  if (config.database.engine !== 'sqlite') {
    throw new Fault(`drivername = "${config.database.engine}" is not there yet: this program keeps its ledger in SQLite`, {
      remedy: 'set drivername = "sqlite"',
    })
  }
  return openSqlite(config.database.name, {
    ...options, synchronous: config.service.durability === 'full' ? 'full' : 'off',
  })
}

/** The database for a service that does its work in it: made where it is missing, with a line that says so. */
export const openServiceDatabase = async (config: Config, plugins: PluginHost, io: Io): Promise<Sql> => {
  const isNew = config.database.engine === 'sqlite' && !exists(config.database.name)
  const sql = openSql(config, { create: true })
  try {
    if (isNew) {
      await migrate(sql, clock.now())
      io.err(`made the database ${config.database.name}\n`)
    }
    await requireCurrentSchema(sql)
    await addPluginColumns(sql, plugins.describe().columns)
    return sql
  } catch (error) {
    await sql.close()
    throw error
  }
}

/** Everything a pass works with, live. */
export type Service = { readonly parts: PassParts; readonly plugins: PluginHost; close(): Promise<void> }

export const openService = async (io: Io, stderr: 'all' | 'problems'): Promise<Service> => {
  const { config, rules } = openSetup(io)
  const plugins = await openProjectPlugins(config, io)
  const log: Log = openLog({ ...config.logging, stderr, clock })
  const sql = await openServiceDatabase(config, plugins, io)
  const pool = openFilePool(config)
  const parts: Parts = {
    config, rules: () => rules, columns: plugins.describe().columns, clock, files: pool.files, plugins,
    destination: pool.destination, sql, log, settling: openSettling(),
  }
  const archives = await openArchives(parts)
  return {
    parts: { ...parts, archives, candidates: openCandidates(), tally: newTally() },
    plugins,
    close: async () => {
      plugins.close()
      await pool.close()
      await sql.close()
      await log.close()
    },
  }
}

/** Threads for the delivery and archive trees. */
export const openFilePool = (config: Config): WorkerPool =>
  openWorkerPool({
    workers: config.service.workers,
    archives: config.archives.map((archive) => ({
      archive,
      root: archive.basePath ?? literalPrefix(parseTemplate(archive.destination)),
      durability: config.service.durability,
    })),
    runName: `${hostname()}-${process.pid}`,
    timeoutMs: fileTimeoutMs,
  })

/** How long a batch of file-system calls may take before its worker is written off. */
const fileTimeoutMs = 10 * 60_000
