import { expect, test } from 'bun:test'
import { configOf, expectConfigMistakes, printed, rest } from './mistakes.ts'

const durationHint = 'must be a duration such as "30s", "5m", "24h", was'

test('all mistakes are told at once, in the order of the file', () => {
  expectConfigMistakes(
    `[service]
workers = 0
retry_delay = "30 minutes"
[[watch]]
name = "a"
path = "a"
setle_seconds = 3
rules = 5
[[archive]]
destination = "x"
file_mode = 0o123
`,
    'config.toml:2  service.workers must be a whole number from 1 to 256, was 0',
    `config.toml:3  service.retry_delay ${durationHint} "30 minutes"`,
    'config.toml:7  watch[0].setle_seconds is not a key carbonation knows; did you mean settle_seconds?',
    'config.toml:8  watch[0].rules must be the name of a rule set in rules.toml, was 5',
    'config.toml:9  archive[0].name is missing; it must be the name of the archive',
    'config.toml:11  archive[0].file_mode must be one of 0o440, 0o444, 0o600, 0o640, 0o644, 0o660, 0o666, was 83',
  )
})

test.each([
  ['servce = 1', 'config.toml:1  servce is not a key carbonation knows; did you mean service?'],
  ['[logging]\ncolour = 1', 'config.toml:2  logging.colour is not a key carbonation knows'],
  [
    '[service]\nsettle_seconds = 1',
    'config.toml:2  service.settle_seconds is not a key carbonation knows here; it belongs to [[watch]]',
  ],
  ['["we ird"]', 'config.toml:1  "we ird" is not a key carbonation knows'],
  ['service = "x"', 'config.toml:1  service must be a table, was "x"'],
  ['service = [1]', 'config.toml:1  service must be a table, was a list'],
  ['service = []', 'config.toml:1  service must be a table, was a list'],
  ['logging = 2026-01-01', 'config.toml:1  logging must be a table, was a date or time'],
])('an unknown key or a wrong table is told: %j', (text, message) => {
  expect(printed(() => configOf(`${text}\n${rest}`))).toBe(message)
})

test.each([
  ['poll_interval = 5', `${durationHint} 5; with its unit: "5s" for seconds`],
  ['poll_interval = "0s"', `${durationHint} "0s"; it is more than zero and at most 365 days`],
  ['poll_interval = "366d"', `${durationHint} "366d"; it is more than zero and at most 365 days`],
  ['poll_interval = 07:08:09.5', `${durationHint} a date or time`],
  ['workers = "4"', 'must be a whole number from 1 to 256, was "4"; write 4 without quotes'],
  ['workers = 1.5', 'must be a whole number from 1 to 256, was 1.5'],
  ['max_retries = -1', 'must be a whole number from 0 to 1000, was -1'],
  ['max_retries = 9007199254740993', 'must be a whole number from 0 to 1000, was 9007199254740993'],
  ['lease = "1s"', 'must be at least "2s"'],
  ['standby = true', 'means nothing with SQLite, which is for one host; several need a server under [database]'],
  ['durability = "ful"', 'must be "full" or "none", was "ful"; did you mean "full"?'],
])('a wrong value in [service] is told: %s', (line, problem) => {
  expectConfigMistakes(`[service]\n${line}`, `config.toml:2  service.${line.split(' ')[0]} ${problem}`)
})

test.each([
  ['level = "LOUD"', 'must be "DEBUG", "INFO", "WARNING" or "ERROR", was "LOUD"'],
  ['level = "WARN"', 'must be "DEBUG", "INFO", "WARNING" or "ERROR", was "WARN"'],
  ['level = "DEBG"', 'must be "DEBUG", "INFO", "WARNING" or "ERROR", was "DEBG"; did you mean "DEBUG"?'],
  ['file = ""', 'must be a path, was ""'],
  ['file = "a\\u0000b"', 'must be a path, was "a\\u0000b"'],
  ['rotation = "00:00"', 'must be a size such as "10 MB", "500 kB", "1 GB", was "00:00"'],
  ['rotation = 0', 'must be a size such as "10 MB", "500 kB", "1 GB", was 0'],
  ['retention = 10', 'must be a length of time such as "30 days", "2 weeks", "12 hours", was 10'],
  ['format = "yaml"', 'must be "text" or "json", was "yaml"'],
])('a wrong value in [logging] is told: %s', (line, problem) => {
  expectConfigMistakes(`[logging]\n${line}`, `config.toml:2  logging.${line.split(' ')[0]} ${problem}`)
})

test.each([
  ['drivername = "oracle"', 'must be "sqlite", "postgresql", "mariadb" or "mysql", was "oracle"'],
  ['name = 1', 'must be the name of a database, was 1'],
  ['port = 70000', 'must be a whole number from 1 to 65535, was 70000'],
  ['host = ""', 'must be a host name, was ""'],
  ['echo = "yes"', 'must be true or false, was "yes"'],
])('a wrong value in [database] is told: %s', (line, problem) => {
  expectConfigMistakes(`[database]\n${line}`, `config.toml:2  database.${line.split(' ')[0]} ${problem}`)
})

test('a password is never shown', () => {
  expectConfigMistakes(
    '[database]\npassword = 12345',
    'config.toml:2  database.password must be text in quotes',
  )
})

test('a database server needs the name of a database', () => {
  expectConfigMistakes(
    '[database]\ndrivername = "postgresql"',
    'config.toml:1  database.name is missing: which database of the postgresql server, such as name = "carbonation"',
  )
})

test.each([
  ['path = 1', 'path must be a path, was 1'],
  ['recursive = 1', 'recursive must be true or false, was 1'],
  ['patterns = "*.txt"', 'patterns must be a list, was "*.txt"; write ["*.txt"]'],
  ['patterns = ["a",\n 3]', 'patterns[1] must be a pattern such as "*.txt", was 3'],
  ['ignore_patterns = [""]', 'ignore_patterns[0] must be a pattern such as "*.txt", was ""'],
  ['backend = "kqueue"', 'backend must be "auto", "inotify", "fs.watch" or "poll", was "kqueue"'],
  [
    'on_redelivery = "versions"',
    'on_redelivery must be "version", "replace", "ignore" or "fail", was "versions"; did you mean "version"?',
  ],
  [
    'settle_seconds = 0',
    'settle_seconds must be a number of seconds, more than 0 and at most 31536000 (365 days), was 0',
  ],
  [
    'settle_seconds = nan',
    'settle_seconds must be a number of seconds, more than 0 and at most 31536000 (365 days), was NaN',
  ],
  ['redelivery_wait = 3', `redelivery_wait ${durationHint} 3; with its unit: "3s" for seconds`],
])('a wrong value in [[watch]] is told: %s', (line, problem) => {
  const path = line.startsWith('path') ? '' : 'path = "a"\n'
  const at = 3 + (path === '' ? 0 : 1) + (line.includes('\n') ? 1 : 0) + 1
  expectConfigMistakes(
    `[[watch]]\nname = "a"\nrules = "r"\n${path}${line}`,
    `config.toml:${at}  watch[0].${problem}`,
  )
})

const directories = 'must be one of 0o700, 0o750, 0o755, 0o770, 0o777, 0o500, 0o550, 0o555, was'
const files = 'must be one of 0o440, 0o444, 0o600, 0o640, 0o644, 0o660, 0o666, was'

test.each([
  [
    'action = "mve"',
    'action must be "copy", "move", "hardlink" or "symlink", was "mve"; did you mean "move"?',
  ],
  ['file_mode = 640', `file_mode ${files} 640; write 0o640`],
  ['file_mode = "999"', `file_mode ${files} "999"`],
  ['dir_mode = 0o7777', `dir_mode ${directories} 4095`],
  ['verify = true', 'verify must be "none" or "readback", was true'],
  ['create_directories = "no"', 'create_directories must be true or false, was "no"'],
])('a wrong value in [[archive]] is told: %s', (line, problem) => {
  expectConfigMistakes(
    `[[archive]]\nname = "a"\nbase_path = "a"\ndestination = "x"\n${line}`,
    `config.toml:5  archive[0].${problem}`,
  )
})

test.each(['../{a}', '{a}/../../b', '/elsewhere/{a}', 'x/../../y'])(
  'a destination that leads out of base_path is told: %s',
  (destination) => {
    expectConfigMistakes(
      `[[archive]]\nname = "a"\nbase_path = "/b"\ndestination = "${destination}"`,
      `config.toml:4  archive[0].destination must stay below base_path /b, was "${destination}"`,
    )
  },
)

test.each([
  ['{a', '"{a" is wrong at character 1: this { is never closed; write {{ for a brace'],
  ['x}', '"x}" is wrong at character 2: this } closes nothing; write }} for a brace'],
])('a destination that is no template is told: %s', (destination, problem) => {
  expectConfigMistakes(
    `[[archive]]\nname = "a"\nbase_path = "/b"\ndestination = "${destination}"`,
    `config.toml:4  archive[0].destination ${problem}`,
  )
})

test('equal names of two watches or archives are told', () => {
  expectConfigMistakes(
    '[[archive]]\nname = "out"\nbase_path = "/b"\ndestination = ""\n[[watch]]\nname = "in"\npath = "b"\nrules = "r"',
    'config.toml:11  watch[1].name is "in", as watch[0].name is; each needs its own',
    'config.toml:16  archive[1].name is "out", as archive[0].name is; each needs its own',
  )
})

test('an empty file lacks a watch and an archive', () => {
  expect(printed(() => configOf(''))).toBe(
    'config.toml:1  archive is missing; write [[archive]]\nconfig.toml:1  watch is missing; write [[watch]]',
  )
})

test('a [watch] that should be [[watch]] is told', () => {
  expect(printed(() => configOf('[watch]\nname = "a"\n[[archive]]\nname = "b"\ndestination = ""'))).toBe(
    'config.toml:1  watch must be tables that each begin with [[watch]], was a table',
  )
})

test('a watch that is no table is told once', () => {
  expect(printed(() => configOf('watch = [\n[1],\n3]\n[[archive]]\nname = "b"\ndestination = ""'))).toBe(
    'config.toml:2  watch[0] must be a table, was a list\nconfig.toml:3  watch[1] must be a table, was 3',
  )
})

test('a watch that lacks its keys has each of them told at its line', () => {
  expectConfigMistakes(
    '[[watch]]\n[[archive]]',
    'config.toml:1  watch[0].name is missing; it must be the name of the watch',
    'config.toml:1  watch[0].path is missing; it must be a path',
    'config.toml:1  watch[0].rules is missing; it must be the name of a rule set in rules.toml',
    'config.toml:2  archive[0].destination is missing; it must be a template such as "{category}/{start:%Y%m%d}"',
    'config.toml:2  archive[0].name is missing; it must be the name of the archive',
  )
})

test('mistakes of the secrets file are told after those of the config, without what stands there', () => {
  const secrets = '[database]\npassword = 12345\nusernme = "u"\n[other]'
  expect(printed(() => configOf(`[service]\nworkers = 0\n${rest}`, secrets)).split('\n')).toEqual([
    'config.toml:2  service.workers must be a whole number from 1 to 256, was 0',
    'secrets.toml:2  database.password must be text in quotes',
    'secrets.toml:3  database.usernme is not a key carbonation knows; did you mean username?',
    'secrets.toml:4  other is not a key carbonation knows',
  ])
  expect(printed(() => configOf(rest, 'password = hunter2'))).not.toContain('unter2')
})

test('a long text is cut short', () => {
  expectConfigMistakes(
    `[service]\npoll_interval = "${'x'.repeat(100)}"`,
    `config.toml:2  service.poll_interval ${durationHint} "${'x'.repeat(57)}…"`,
  )
})
