import { posix } from 'node:path'
import { day } from '../domain/time.ts'
import { parentOf, type Path } from '../domain/path.ts'
import { placeArchive } from './archive-place.ts'
import type { Config, DatabaseConfig, Watch } from './config.ts'
import type { ReadConfig } from './config-keys.ts'
import type { Report } from './report.ts'
import { isTable, type Table } from './toml.ts'

/** A shorter lease would end before a busy host renews it. */
const leastLeaseMs = 2000

/** What config.toml says itself comes first. */
export const withCredentials = (table: Table, credentials: Table): Table => {
  const database = table.database ?? {}
  if (!isTable(database)) return table
  const { password, password_file, ...others } = credentials
  const given = 'password' in database || 'password_file' in database ? others : credentials
  return { ...table, database: { ...given, ...database } }
}

/** Two watches, or two archives, of one name. */
export const noteEqualNames = (table: Table, list: 'archive' | 'watch', report: Report) => {
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

/** With absolute paths. Notes what is wrong beyond a single value. */
export const toConfig = (path: Path, read: ReadConfig, report: Report): Config => {
  const directory = parentOf(path)
  const resolve = (relative: Path): Path => posix.resolve(directory, relative)
  const { service, logging } = read
  if (service.lease < leastLeaseMs) report.at(['service', 'lease'], 'must be at least "2s"')
  if (service.standby && (read.database.drivername ?? 'sqlite') === 'sqlite') {
    report.at(['service', 'standby'], 'means nothing with SQLite, which is for one host; several need a server under [database]')
  }
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
      leaseMs: service.lease,
      isStandby: service.standby,
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
  read: ReadConfig['database'],
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
  if (read.password !== undefined && read.password_file !== undefined) {
    report.at(['database', 'password_file'], 'is set, and so is password; keep one of them')
  }
  const name = read.name ?? 'carbonation.db'
  const socket = read.socket ?? (read.host?.startsWith('/') ? read.host : undefined)
  const file = (path: Path | undefined): Path | null => (path === undefined ? null : resolve(path))
  return {
    engine,
    name: engine === 'sqlite' && name !== ':memory:' ? resolve(name) : name,
    username: read.username ?? null,
    password: read.password ?? null,
    host: socket === undefined ? (read.host ?? null) : null,
    port: read.port ?? null,
    socket: file(socket),
    passwordFile: file(read.password_file),
    tls: {
      mode: read.sslmode ?? 'prefer',
      rootCertificate: file(read.sslrootcert),
      certificate: file(read.sslcert),
      key: file(read.sslkey),
    },
    echo: read.echo,
  }
}

const toWatch = (read: ReadConfig['watch'][number], resolve: (path: Path) => Path): Watch => ({
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
