import { archiveKeys, archiveSchema } from './archive-schema.ts'
import { type } from './ark.ts'
import { keysOf, type KnownKeys } from './known-keys.ts'
import { databaseEngine, drivernameExpected } from './drivername.ts'
import { leaf } from './leaf.ts'
import { duration, flag, oneOf, path, retention, rotation, secret, text, whole } from './leaves.ts'
import { nearest } from './nearest.ts'
import { watchKeys, watchSchema } from './watch-schema.ts'

const strict = { '+': 'reject' } as const

const serviceKeys = {
  poll_interval: duration.default('5s'),
  reconcile_interval: duration.default('24h'),
  heartbeat_interval: duration.default('60s'),
  scan_interval: duration.default('10s'),
  workers: whole(1, 256).default(4),
  max_retries: whole(0, 1000).default(3),
  retry_delay: duration.default('30m'),
  stale_threshold: duration.default('1d'),
  durability: oneOf('full', 'none').default('full'),
} as const

/** loguru's levels, in any case; those that this program's log does not have are the next one it has. */
const levels = new Map<string, 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR'>([
  ['TRACE', 'DEBUG'],
  ['DEBUG', 'DEBUG'],
  ['INFO', 'INFO'],
  ['SUCCESS', 'INFO'],
  ['WARNING', 'WARNING'],
  ['ERROR', 'ERROR'],
  ['CRITICAL', 'ERROR'],
])
const level = leaf(
  '"DEBUG", "INFO", "WARNING" or "ERROR"',
  (found) => (typeof found === 'string' ? levels.get(found.toUpperCase()) : undefined),
  (found) => {
    const meant = typeof found === 'string' ? nearest(found, [...levels.keys()]) : null
    return meant === null ? null : `did you mean "${meant}"?`
  },
)

const loggingKeys = {
  level: level.default('INFO'),
  'file?': path,
  rotation: rotation.default('10 MB'),
  retention: retention.default('30 days'),
  format: oneOf('text', 'json').default('text'),
} as const

/** What a secrets file may hold, too. */
const credentialKeys = {
  'drivername?': leaf(drivernameExpected, databaseEngine),
  'name?': text('the name of a database'),
  'username?': secret,
  'password?': secret,
  'host?': text('a host name'),
  'port?': whole(1, 65535),
  'socket?': path,
  'password_file?': path,
  'sslmode?': oneOf('disable', 'prefer', 'require', 'verify-ca', 'verify-full'),
  'sslrootcert?': path,
  'sslcert?': path,
  'sslkey?': path,
} as const

const databaseKeys = { ...credentialKeys, echo: flag.default(false) } as const

const pluginsKeys = { 'directory?': path, timeout: duration.default('60s') } as const

const rulesKeys = { file: path.default('rules.toml') } as const

const tableKeys = {
  service: serviceKeys,
  logging: loggingKeys,
  database: databaseKeys,
  plugins: pluginsKeys,
  rules: rulesKeys,
  watch: watchKeys,
  archive: archiveKeys,
} as const

/** `config.toml`: every value read, defaults filled in, paths still as they stand. */
export const configSchema = type({
  ...strict,
  service: type({ ...strict, ...serviceKeys }).default(() => ({})),
  logging: type({ ...strict, ...loggingKeys }).default(() => ({})),
  database: type({ ...strict, ...databaseKeys }).default(() => ({})),
  plugins: type({ ...strict, ...pluginsKeys }).default(() => ({})),
  rules: type({ ...strict, ...rulesKeys }).default(() => ({})),
  watch: watchSchema.array(),
  archive: archiveSchema.array(),
})

/** `~/.config/carbonation/secrets.toml` */
export const secretsSchema = type({
  ...strict,
  database: type({ ...strict, ...credentialKeys }).default(() => ({})),
})

/** The keys of each table of `config.toml`; `''` is the file itself. */
export const configKeys: KnownKeys = new Map([
  ['', keysOf(tableKeys)],
  ...Object.entries(tableKeys).map(
    ([table, keys]) => [table, keysOf(keys, table === 'watch' || table === 'archive')] as const,
  ),
])

export const secretsKeys: KnownKeys = new Map([
  ['', keysOf({ database: null })],
  ['database', keysOf(credentialKeys)],
])
