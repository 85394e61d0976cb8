import type { Path } from '../domain/path.ts'
import type { Millis } from '../domain/time.ts'

/** `config.toml` after it was checked: durations in milliseconds, sizes in bytes, paths absolute. */
export type Config = {
  /** The file itself, absolute. */
  readonly file: Path
  readonly service: ServiceConfig
  readonly logging: LoggingConfig
  readonly database: DatabaseConfig
  readonly plugins: { readonly directory: Path | null; readonly timeoutMs: Millis }
  readonly rulesFile: Path
  readonly watches: readonly Watch[]
  readonly archives: readonly Archive[]
}

export type ServiceConfig = {
  readonly pollIntervalMs: Millis
  readonly reconcileIntervalMs: Millis
  readonly heartbeatIntervalMs: Millis
  readonly scanIntervalMs: Millis
  readonly workers: number
  readonly maxRetries: number
  readonly retryDelayMs: Millis
  readonly staleThresholdMs: Millis
  readonly durability: 'full' | 'none'
  /** How long a host that shares its database keeps its work without a sign of life. */
  readonly leaseMs: Millis
  /** It works on a watch only where no other host does. */
  readonly isStandby: boolean
}

export type LoggingConfig = {
  readonly level: 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR'
  readonly file: Path | null
  readonly rotationBytes: number
  readonly retentionMs: Millis
  readonly format: 'text' | 'json'
}

export type DatabaseConfig = {
  readonly engine: 'sqlite' | 'postgresql' | 'mariadb'
  readonly name: string
  readonly username: string | null
  readonly password: string | null
  readonly host: string | null
  readonly port: number | null
  /** A server's UNIX socket, or the directory that PostgreSQL's stands in. */
  readonly socket: Path | null
  readonly passwordFile: Path | null
  readonly tls: {
    readonly mode: 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full'
    readonly rootCertificate: Path | null
    readonly certificate: Path | null
    readonly key: Path | null
  }
  readonly echo: boolean
}

/** One `[[watch]]`: a delivery directory with its patterns, its rule set and its default archive. */
export type Watch = {
  readonly name: string
  /** Kept as `file_type` of its groups. */
  readonly type: string | null
  readonly path: Path
  readonly recursive: boolean
  /** Null takes every name. */
  readonly patterns: readonly string[] | null
  readonly ignorePatterns: readonly string[]
  readonly rules: string
  readonly archive: string
  readonly settleMs: Millis
  /** What shows that a file is complete: quiet alone, its being closed, a marker beside it, or its checksum. */
  readonly ready: 'settle' | 'close' | 'marker' | 'checksum'
  /** The name of a file's marker; null unless `ready` is `marker`. */
  readonly marker: string | null
  /** A file that another process has open for writing does not settle. */
  readonly vetoOpen: boolean
  /** A file that has not settled for so long is reported. */
  readonly settleMaxMs: Millis
  readonly backend: 'auto' | 'inotify' | 'fs.watch' | 'poll'
  /** A hidden file of our own proves now and then that events arrive. */
  readonly canary: boolean
  readonly followSymlinks: boolean
  readonly onRedelivery: 'version' | 'replace' | 'ignore' | 'fail'
  /** How long a key must have been quiet before members that were not delivered again are taken over. */
  readonly redeliveryWaitMs: Millis
}

/** One `[[archive]]`: where groups are put, and how. */
export type Archive = {
  readonly name: string
  readonly destination: string
  readonly basePath: Path | null
  readonly action: 'copy' | 'move' | 'hardlink' | 'symlink'
  readonly createDirectories: boolean
  readonly fileMode: number
  readonly dirMode: number
  readonly verify: 'none' | 'readback'
}
