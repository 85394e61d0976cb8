import { posix } from 'node:path'
import { day } from '../domain/time.ts'
import { parentOf, type Path } from '../domain/path.ts'
import { placeArchive } from './archive-place.ts'
import { check, reportFor, type Report } from './check.ts'
import type { Config, DatabaseConfig, Watch } from './config.ts'
import { configKeys, configSchema, secretsKeys, secretsSchema } from './config-schema.ts'
import { ConfigFault, gather, type Problem, type Source } from './problem.ts'
import { isTable, parseToml, type Table, type TomlFile } from './toml.ts'

/** `config.toml` as it was read; `path` is absolute, and what its paths are relative to is its directory. */
export type ConfigSource = Source & { readonly path: Path }

/** Reads config.toml, with the credentials of a secrets file where it gives none itself. Throws a ConfigFault
 *  with everything that is wrong in either. */
export const parseConfig = (source: ConfigSource, secrets: Source | null): Config =>
  readConfig(source, parseToml(source), secrets)

/** As `parseConfig`, for a file that was parsed already. */
export const readConfig = (source: ConfigSource, file: TomlFile, secrets: Source | null): Config => {
  const report = reportFor(file)
  const secretProblems: Problem[] = []
  const credentials = secrets === null ? null : gather(secretProblems, () => readSecrets(secrets))
  const table = withCredentials(file.table, credentials ?? {})
  noteEqualNames(table, 'watch', report)
  noteEqualNames(table, 'archive', report)
  const read = check(configSchema, table, configKeys, report)
  const config = read === null ? null : toConfig(source.path, read, report)
  const problems = [...report.problems, ...secretProblems]
  if (config === null || problems.length > 0) throw new ConfigFault(problems)
  return config
}

/** The [database] table of a secrets file. */
const readSecrets = (source: Source): Table => {
  const file = parseToml(source)
  const report = reportFor(file)
  check(secretsSchema, file.table, secretsKeys, report)
  if (report.problems.length > 0) throw new ConfigFault(report.problems)
  return isTable(file.table.database) ? file.table.database : {}
}

/** What config.toml says itself comes first. */
const withCredentials = (table: Table, credentials: Table): Table => {
  const database = table.database ?? {}
  return isTable(database) ? { ...table, database: { ...credentials, ...database } } : table
}

const noteEqualNames = (table: Table, list: 'archive' | 'watch', report: Report) => {
  const entries: unknown = table[list]
  if (!Array.isArray(entries)) return
  const names = entries.map((entry) => (isTable(entry) ? entry.name : undefined))
  for (const [index, name] of names.entries()) {
    const first = names.indexOf(name)
    if (typeof name !== 'string' || first === index) continue
    report.at(
      [list, index, 'name'],
      `is ${JSON.stringify(name)}, as ${list}[${first}].name is; each needs its own`,
    )
  }
}

type Read = Exclude<ReturnType<typeof configSchema>, { summary: string }>

const toConfig = (path: Path, read: Read, report: Report): Config => {
  const directory = parentOf(path)
  const resolve = (relative: Path): Path => posix.resolve(directory, relative)
  const { service, logging } = read
  return {
    file: path,
    service: {
      pollIntervalMs: service.poll_interval,
      reconcileIntervalMs: service.reconcile_interval,
      heartbeatIntervalMs: service.heartbeat_interval,
      scanIntervalMs: service.scan_interval,
      workers: service.workers,
      maxRetries: service.max_retries,
      retryDelayMs: service.retry_delay,
      staleThresholdMs: service.stale_threshold,
      durability: service.durability,
    },
    logging: {
      level: logging.level,
      file: logging.file === undefined ? null : resolve(logging.file),
      rotationBytes: logging.rotation,
      retentionMs: logging.retention,
      format: logging.format,
    },
    database: toDatabase(read.database, resolve, report),
    plugins: {
      directory: read.plugins.directory === undefined ? null : resolve(read.plugins.directory),
      timeoutMs: read.plugins.timeout,
    },
    rulesFile: resolve(read.rules.file),
    watches: read.watch.map((watch) => toWatch(watch, resolve)),
    archives: read.archive.map((archive, index) =>
      placeArchive(archive, directory, ['archive', index], report),
    ),
  }
}

const toDatabase = (
  read: Read['database'],
  resolve: (path: Path) => Path,
  report: Report,
): DatabaseConfig => {
  const engine = read.drivername ?? 'sqlite'
  if (engine !== 'sqlite' && read.name === undefined) {
    report.at(
      ['database', 'name'],
      `is missing: which database of the ${engine} server, such as name = "carbonation"`,
    )
  }
  const name = read.name ?? 'carbonation.db'
  return {
    engine,
    name: engine === 'sqlite' && name !== ':memory:' ? resolve(name) : name,
    username: read.username ?? null,
    password: read.password ?? null,
    host: read.host ?? null,
    port: read.port ?? null,
    echo: read.echo,
  }
}

const toWatch = (read: Read['watch'][number], resolve: (path: Path) => Path): Watch => ({
  name: read.name,
  type: read.type ?? null,
  path: resolve(read.path),
  recursive: read.recursive,
  patterns: read.patterns ?? null,
  ignorePatterns: read.ignore_patterns,
  rules: read.rules,
  archive: read.archive ?? '',
  settleMs: read.settle_seconds,
  ready: read.ready,
  marker: read.marker ?? null,
  vetoOpen: read.veto_open,
  settleMaxMs: read.settle_max ?? Math.max(day, 10 * read.settle_seconds),
  backend: read.backend,
  canary: read.canary,
  followSymlinks: read.follow_symlinks,
  onRedelivery: read.on_redelivery,
  redeliveryWaitMs: read.redelivery_wait ?? 10 * read.settle_seconds,
})
