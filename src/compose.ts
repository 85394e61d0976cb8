import { hostname } from 'node:os'
import { resolve } from 'node:path'
import type { Archive, Config } from './config/config.ts'
import { openLedger } from './compose/ledger.ts'
import { loadPlainConfig } from './config/load-plain-config.ts'
import type { Path } from './domain/path.ts'
import { literalPrefix, parseTemplate } from './domain/template.ts'
import { systemClock } from './edges/clock.ts'
import { openPlugins, type PluginHost } from './edges/plugin-host.ts'
import { configFiles } from './edges/config-files.ts'
import { openWorkerPool, type WorkerPool } from './edges/worker-pool.ts'
import { requireCurrentSchema } from './store/migrations.ts'
import type { Clock, Sql } from './world.ts'

export { ledgerName } from './compose/ledger.ts'
export { projectFiles } from './edges/project-files.ts'

/** What a command tells of the process it runs in. */
export type Place = {
  readonly cwd: string
  readonly configPath: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly err: (text: string) => void
}

/** The program itself, as a service would start it. */
export const programFile = (): Path => process.execPath

/** The machine's clock, for commands that only need the time. */
export const clock: Clock = systemClock

export const isRoot = (): boolean => process.getuid?.() === 0

/** Where the user's config.toml is. */
export const configPlace = (io: Place) => ({
  path: resolve(io.cwd, io.configPath), name: io.configPath, home: io.env['HOME'] ?? null, asRoot: isRoot(),
})

/** config.toml alone, for commands that ask no rules. */
export const openConfig = (io: Place): Promise<Config> => loadPlainConfig(configFiles, configPlace(io))

/** The plugins of the project, loaded in a thread of their own. */
export const openProjectPlugins = (config: Config, io: Place): Promise<PluginHost> =>
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
  const ledger = openLedger(config, options)
  return { ...ledger.sql, close: ledger.close }
}

/** Where an archive stands: its base path, or the literal begin of its template. */
export const rootOf = ({ basePath, destination }: Archive): Path => basePath ?? literalPrefix(parseTemplate(destination))

/** Threads for the delivery and archive trees. */
export const openFilePool = (config: Config, ledgerId = 'none'): WorkerPool =>
  openWorkerPool({
    workers: config.service.workers,
    archives: config.archives.map((archive) => ({
      archive,
      root: rootOf(archive),
      durability: config.service.durability,
      isShared: config.database.engine !== 'sqlite',
    })),
    roots: config.watches.map((one) => one.path),
    run: { ledgerId, name: `${hostname()}-${process.pid}` },
    timeoutMs: fileTimeoutMs,
  })

/** How long nothing may move in a call on a file system before its worker is written off. A large file moves with
 *  each block; to make a batch durable may take a slow disk this long. */
const fileTimeoutMs = 2 * 60_000
