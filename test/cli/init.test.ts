import { parse } from '@iarna/toml'
import { beforeEach, expect, test } from 'bun:test'
import { initProject, type InitIo, type InitOptions } from '../../src/cli/init/init-project.ts'
import { scaffold } from '../../src/cli/init/scaffold.ts'
import { parseConfig } from '../../src/config/parse-config.ts'
import { parseRules } from '../../src/config/parse-rules.ts'
import { minute, second } from '../../src/domain/time.ts'
import { aConfig } from './init/a-config.ts'

let files: Map<string, string>
let directories: Set<string>
let printed: string[]
beforeEach(() => {
  files = new Map()
  directories = new Set()
  printed = []
})

const machine: InitIo = {
  exists: async (path) => files.has(path) || directories.has(path),
  mkdir: async (path) => void directories.add(path),
  write: async (path, text) => {
    if (files.has(path)) throw new Error(`${path} would be overwritten`)
    files.set(path, text)
  },
  readConfig: async (file) => aConfig({ file }),
  print: (line) => void printed.push(line),
}
const init = (options: Partial<InitOptions> = {}) =>
  initProject({ directory: '/srv/p', editorTypes: 'declare const x: 1', systemd: null, ...options }, machine)

test('an empty directory gets a whole project', async () => {
  await init()
  expect(printed).toEqual([
    '  CREATED /srv/p/config.toml',
    '  CREATED /srv/p/rules.toml',
    '  CREATED /srv/p/plugins/file_model.ts',
    '  CREATED /srv/p/plugins/node_modules/carbonation/index.d.ts',
    '  CREATED /srv/p/delivery',
    '\nProject initialized in /srv/p',
    'Next steps:',
    '  1. Edit config.toml: set your watch paths and archive destination',
    '  2. Edit rules.toml: configure your integrity and selection rules',
    '  3. Edit plugins/file_model.ts: define your columns',
    '  4. Run: carbonation check-config',
    '  5. Run: carbonation db init',
    '  6. Run: carbonation run',
  ])
  expect([...directories]).toEqual(['/srv/p', '/srv/p/delivery'])
  expect(files.get('/srv/p/plugins/node_modules/carbonation/index.d.ts')).toBe('declare const x: 1')
})

test('what exists is kept, and a kept config has its own delivery directories', async () => {
  files.set('/srv/p/config.toml', 'mine')
  await init()
  expect(files.get('/srv/p/config.toml')).toBe('mine')
  expect(printed).toContain('  SKIP /srv/p/config.toml (already exists)')
  expect(printed).toContain('  CREATED /srv/p/rules.toml')
  expect(directories.has('/srv/p/delivery')).toBe(false)
})

test('a second time changes nothing', async () => {
  await init({ systemd: { user: 'carbonation', binary: '/usr/bin/carbonation' } })
  const before = new Map(files)
  printed = []
  await init({ systemd: { user: 'carbonation', binary: '/usr/bin/carbonation' } })
  expect(files).toEqual(before)
  expect(printed.filter((line) => line.startsWith('  CREATED'))).toEqual([])
})

test('with --systemd there is a unit, made for the config as it stands', async () => {
  await init({ systemd: { user: 'gs', binary: '/usr/bin/carbonation' } })
  const unit = files.get('/srv/p/carbonation.service')
  expect(unit).toContain('User=gs\n')
  expect(unit).toContain('ExecStart=/usr/bin/carbonation -c /srv/p/config.toml run\n')
  expect(printed.at(-1)).toBe('  6. Run: systemctl enable --now "/srv/p/carbonation.service"')
})

const textOf = (name: string): string =>
  scaffold({ directory: '', editorTypes: '' }).find(({ path }) => path === name)?.text ?? ''

test('config.toml says what that of the Python package says', () => {
  expect(parse(textOf('config.toml'))).toEqual({
    service: {
      poll_interval: '5s', reconcile_interval: '1h', workers: 4, max_retries: 3, retry_delay: '30m',
      stale_threshold: '1d',
    },
    logging: { level: 'INFO', format: 'text' },
    database: { drivername: 'sqlite', name: 'carbonation.db' },
    plugins: { directory: 'plugins' },
    rules: { file: 'rules.toml' },
    watch: [{
      name: 'my-watch', path: 'delivery', recursive: false, patterns: ['*.txt', '*.json'],
      ignore_patterns: ['*.tmp', '.*'], rules: 'my-rules', archive: 'my-archive', settle_seconds: 2,
    }],
    archive: [{
      name: 'my-archive', base_path: 'archive', destination: '{category}/{start:%Y%m%d}', action: 'copy',
      create_directories: true, file_mode: 0o640, dir_mode: 0o750,
    }],
  })
})

test('rules.toml says what that of the Python package says', () => {
  expect(parse(textOf('rules.toml'))).toEqual({
    'my-rules': {
      integrity: [{ type: 'min_size', value: 10 }],
      completeness: {
        group_by: 'stem', expected_extensions: ['.txt', '.json'], primary_extension: '.json', timeout_minutes: 60,
        on_timeout: 'warn',
      },
      metadata: { module: 'file_model' },
      selection: [{ has_keys: ['category'] }],
    },
  })
})

test('every option that is a comment may be switched on', () => {
  const switchedOn = textOf('config.toml').replace(/^# ([a-z_]+ = )/gm, '$1').replace('"sqlite"', '"postgresql"')
  const config = parseConfig({ name: 'config.toml', path: '/srv/p/config.toml', text: switchedOn }, null)
  expect(config).toMatchObject({
    service: { durability: 'full', heartbeatIntervalMs: minute },
    logging: { file: '/srv/p/carbonation.log' },
    database: { engine: 'postgresql', port: 5432 },
    plugins: { timeoutMs: minute },
    watches: [{ onRedelivery: 'version', redeliveryWaitMs: 20 * second, type: 'signal', backend: 'auto' }],
    archives: [{ verify: 'none' }],
  })
})

test('every rule that is a comment may be switched on', () => {
  const switchedOn = textOf('rules.toml').replace(/^# (# )?(?=\[|[a-z_]+ = )/gm, '')
  expect(parseRules({ name: 'rules.toml', text: switchedOn })['my-rules']).toMatchObject({
    integrity: [{ type: 'min_size' }, { type: 'checksum' }, { type: 'plugin', function: 'checkFile' }],
    selection: [{ hasKeys: ['category'] }, { name: 'greek letters' }, { function: 'shouldArchive' }],
    routing: [{ match: 'calibration_*' }, { function: 'chooseArchive' }],
  })
})
