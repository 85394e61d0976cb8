import { archiveKeys } from './archive-keys.ts'
import { one, type ReadTable } from './field.ts'
import { keysOf, type KnownKeys } from './known-keys.ts'
import { databaseEngine, drivernameExpected } from './drivername.ts'
import { leaf } from './leaf.ts'
import { duration, flag, oneOf, path, retention, rotation, secret, text, whole } from './leaves.ts'
import { nearest } from './nearest.ts'
import { watchKeys } from './watch-keys.ts'

const serviceKeys = {
  poll_interval: one(duration, '5s'),
  reconcile_interval: one(duration, '24h'),
  heartbeat_interval: one(duration, '60s'),
  scan_interval: one(duration, '10s'),
  workers: one(whole(1, 256), 4),
  max_retries: one(whole(0, 1000), 3),
  retry_delay: one(duration, '30m'),
  stale_threshold: one(duration, '1d'),
  durability: one(oneOf('full', 'none'), 'full'),
  lease: one(duration, '60s'),
  standby: one(flag, false),
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
  level: one(level, 'INFO'),
  'file?': one(path),
  rotation: one(rotation, '10 MB'),
  retention: one(retention, '30 days'),
  format: one(oneOf('text', 'json'), 'text'),
} as const

/** What a secrets file may hold, too. */
export const credentialKeys = {
  'drivername?': one(leaf(drivernameExpected, databaseEngine)),
  'name?': one(text('the name of a database')),
  'username?': one(secret),
  'password?': one(secret),
  'host?': one(text('a host name')),
  'port?': one(whole(1, 65535)),
  'socket?': one(path),
  'password_file?': one(path),
  'sslmode?': one(oneOf('disable', 'prefer', 'require', 'verify-ca', 'verify-full')),
  'sslrootcert?': one(path),
  'sslcert?': one(path),
  'sslkey?': one(path),
} as const

const databaseKeys = { ...credentialKeys, echo: one(flag, false) } as const

const pluginsKeys = { 'directory?': one(path), timeout: one(duration, '60s') } as const

const rulesKeys = { file: one(path, 'rules.toml') } as const

/** The tables that `config.toml` may have once. */
export const singleTables = {
  service: serviceKeys, logging: loggingKeys, database: databaseKeys, plugins: pluginsKeys, rules: rulesKeys,
} as const

/** Those that it has as often as it likes: `[[watch]]`, `[[archive]]`. */
export const repeatedTables = { watch: watchKeys, archive: archiveKeys } as const

/** `config.toml`: every value read, fallbacks filled in, paths still as they stand. */
export type ReadConfig = {
  readonly [Name in keyof typeof singleTables]: ReadTable<(typeof singleTables)[Name]>
} & {
  readonly [Name in keyof typeof repeatedTables]: readonly ReadTable<(typeof repeatedTables)[Name]>[]
}

/** The keys of each table of `config.toml`; `''` is the file itself. */
export const configKeys: KnownKeys = new Map([
  ['', keysOf({ ...singleTables, ...repeatedTables })],
  ...Object.entries(singleTables).map(([table, keys]) => [table, keysOf(keys)] as const),
  ...Object.entries(repeatedTables).map(([table, keys]) => [table, keysOf(keys, true)] as const),
])

export const secretsKeys: KnownKeys = new Map([
  ['', keysOf({ database: null })],
  ['database', keysOf(credentialKeys)],
])
