import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { parseConfig } from '../../src/config/parse-config.ts'
import { configOf, rest } from './mistakes.ts'
import { plainDatabase } from '../fakes/builders.ts'

const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')

const second = 1000
const day = 86_400_000

test('what is left out has its default', () => {
  expect(configOf(rest)).toEqual({
    file: '/etc/carbonation/config.toml',
    service: {
      pollIntervalMs: 5 * second,
      reconcileIntervalMs: day,
      heartbeatIntervalMs: 60 * second,
      scanIntervalMs: 10 * second,
      workers: 4,
      maxRetries: 3,
      retryDelayMs: 1800 * second,
      staleThresholdMs: day,
      durability: 'full',
      leaseMs: 60 * second,
      isStandby: false,
    },
    logging: { level: 'INFO', file: null, rotationBytes: 10_000_000, retentionMs: 30 * day, format: 'text' },
    database: {
      engine: 'sqlite',
      name: '/etc/carbonation/carbonation.db',
      username: null,
      password: null,
      host: null,
      port: null,
      ...plainDatabase,
      echo: false,
    },
    plugins: { directory: null, timeoutMs: 60 * second },
    rulesFile: '/etc/carbonation/rules.toml',
    watches: [
      {
        name: 'in',
        type: null,
        path: '/etc/carbonation/in',
        recursive: false,
        patterns: null,
        ignorePatterns: ['*.tmp', '.*', '*.part', '*.partial', '*.filepart', '*.crdownload', '~$*'],
        rules: 'r',
        archive: 'out',
        settleMs: 2 * second,
        backend: 'auto',
        canary: false,
        followSymlinks: false,
        onRedelivery: 'version',
        redeliveryWaitMs: 20 * second,
        ready: 'settle',
        marker: null,
        vetoOpen: true,
        settleMaxMs: 86_400_000,
      },
    ],
    archives: [
      {
        name: 'out',
        destination: '{category}',
        basePath: '/etc/carbonation/out',
        action: 'copy',
        createDirectories: true,
        fileMode: 0o440,
        dirMode: 0o750,
        verify: 'none',
      },
    ],
  })
})

describe('a config of the Python package', () => {
  test('as its init writes it loads unchanged', () => {
    const config = configOf(fixture('python-0.0.1-config.toml'))
    expect(config.service).toMatchObject({
      reconcileIntervalMs: 3600 * second,
      workers: 4,
      staleThresholdMs: day,
    })
    expect(config.plugins.directory).toBe('/etc/carbonation/plugins')
    expect(config.watches).toMatchObject([
      { name: 'my-watch', patterns: ['*.txt', '*.json'], ignorePatterns: ['*.tmp', '.*'], settleMs: 2000 },
    ])
    expect(config.archives).toMatchObject([
      { basePath: '/etc/carbonation/archive', destination: '{category}/{start:%Y%m%d}', fileMode: 0o640 },
    ])
  })

  test('with every key it knew loads with all of their values', () => {
    const config = configOf(fixture('python-0.0.1-every-key.toml'))
    expect(config.service).toMatchObject({
      pollIntervalMs: 5 * second,
      reconcileIntervalMs: 5400 * second,
      workers: 8,
      maxRetries: 0,
      retryDelayMs: 365 * day,
    })
    expect(config.logging).toEqual({
      level: 'ERROR',
      file: '/etc/carbonation/carbonation.log',
      rotationBytes: 500_000_000,
      retentionMs: 7 * day,
      format: 'json',
    })
    expect(config.database).toEqual({
      engine: 'mariadb',
      name: 'carbonation',
      host: 'localhost',
      port: 3306,
      ...plainDatabase,
      username: 'carbonation',
      password: 'changeme',
      echo: true,
    })
    expect(config.plugins.directory).toBe('/srv/plugins')
    expect(config.rulesFile).toBe('/etc/rules/rules.toml')
    expect(config.watches).toMatchObject([
      {
        type: 'signal',
        path: '/data/in',
        recursive: true,
        patterns: null,
        settleMs: 250,
        redeliveryWaitMs: 2500,
      },
    ])
    expect(config.archives).toMatchObject([
      {
        basePath: null,
        destination: '/data/archive/{category}',
        action: 'symlink',
        createDirectories: false,
        fileMode: 0o440,
        dirMode: 0o700,
      },
    ])
  })
})

test('the keys that are new here are taken', () => {
  const config = configOf(`
[service]
scan_interval = "30s"
durability = "none"
[plugins]
timeout = "5m"
[[watch]]
name = "in"
path = "/in"
rules = "r"
backend = "poll"
canary = true
follow_symlinks = true
on_redelivery = "replace"
redelivery_wait = "1m"
[[archive]]
name = "out"
base_path = "/out"
destination = ""
verify = "readback"
`)
  expect(config.service).toMatchObject({ scanIntervalMs: 30 * second, durability: 'none' })
  expect(config.plugins.timeoutMs).toBe(300 * second)
  expect(config.watches).toMatchObject([
    {
      archive: '',
      backend: 'poll',
      canary: true,
      followSymlinks: true,
      onRedelivery: 'replace',
      redeliveryWaitMs: 60 * second,
    },
  ])
  expect(config.archives).toMatchObject([{ verify: 'readback', destination: '' }])
})

test.each([
  ['sqlite+pysqlite', 'sqlite'],
  ['postgresql', 'postgresql'],
  ['postgresql+psycopg2', 'postgresql'],
  ['mysql', 'mariadb'],
  ['mysql+mysqldb', 'mariadb'],
  ['mariadb+mariadbconnector', 'mariadb'],
] as const)('the driver name %p means %p', (drivername, engine) => {
  expect(configOf(`[database]\ndrivername = "${drivername}"\nname = "/x"\n${rest}`).database.engine).toBe(
    engine,
  )
})

test('an SQLite database in memory is no path', () => {
  expect(configOf(`[database]\nname = ":memory:"\n${rest}`).database.name).toBe(':memory:')
})

test.each([
  ['0o640', 0o640],
  ['"640"', 0o640],
  ['"0640"', 0o640],
  ['"0o640"', 0o640],
  ['416', 0o640],
] as const)('file_mode = %s is the same mode in every spelling', (written, mode) => {
  expect(configOf(`${rest}\nfile_mode = ${written}`).archives[0]?.fileMode).toBe(mode)
})

test('settle_seconds may be less than a second', () => {
  const config = configOf('[[watch]]\nname = "a"\npath = "a"\nrules = "r"\nsettle_seconds = 0.05\n' + rest)
  expect(config.watches[0]).toMatchObject({ settleMs: 50, redeliveryWaitMs: 500 })
})

describe('a destination', () => {
  const placed = (keys: string) => {
    const config = configOf(
      `[[watch]]\nname = "w"\npath = "in"\nrules = "r"\n[[archive]]\nname = "a"\n${keys}`,
    )
    return [config.archives[0]?.basePath, config.archives[0]?.destination]
  }

  test.each([
    ['destination = "out/{a}"', '/etc/carbonation/out/{a}'],
    ['destination = "../out/x{a}/{b:%Y/%m}"', '/etc/out/x{a}/{b:%Y/%m}'],
    ['destination = "/out/"', '/out'],
    ['destination = "{a}"', '/etc/carbonation/{a}'],
    ['destination = "/{a}"', '/{a}'],
  ])('without base_path is absolute: %s', (keys, destination) => {
    expect(placed(keys)).toEqual([null, destination])
  })

  test('without base_path keeps the braces of the config directory for themselves', () => {
    const text =
      '[[watch]]\nname = "w"\npath = "in"\nrules = "r"\n[[archive]]\nname = "a"\ndestination = "out/{a}"'
    const config = parseConfig({ name: 'config.toml', path: '/etc/{x}/config.toml', text }, null)
    expect(config.archives[0]?.destination).toBe('/etc/{{x}}/out/{a}')
  })

  test('below its own base_path is made relative to it', () => {
    expect(placed('base_path = "/out"\ndestination = "/out/x/{a}"')).toEqual(['/out', 'x/{a}'])
  })
})

describe('credentials', () => {
  const secrets =
    '[database]\ndrivername = "postgresql"\nname = "db"\nusername = "u"\npassword = "p"\nhost = "h"\nport = 1'

  test('come from the secrets file where the config gives none', () => {
    expect(configOf(rest, secrets).database).toEqual({
      engine: 'postgresql',
      name: 'db',
      username: 'u',
      password: 'p',
      host: 'h',
      port: 1,
      ...plainDatabase,
      echo: false,
    })
  })

  test('of the config come first', () => {
    const config = configOf(`[database]\nname = "mine"\npassword = ""\n${rest}`, secrets)
    expect(config.database).toMatchObject({ name: 'mine', password: '', username: 'u' })
  })
})
