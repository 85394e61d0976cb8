import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemdUnit, type UnitOptions } from '../../../src/cli/init/systemd-unit.ts'
import { unitPaths } from '../../../src/cli/init/unit-paths.ts'
import { pathFromBytes } from '../../../src/domain/path.ts'
import { aConfig, anArchive, aWatch } from './a-config.ts'

const unit = (options: Partial<UnitOptions> = {}) => systemdUnit({
  user: 'carbonation', binary: '/usr/bin/carbonation', configFile: '/etc/carbonation/config.toml',
  writable: ['/srv/archive'], mounts: ['/srv/archive', '/srv/delivery'], readsSecrets: false, ...options,
})
const values = (text: string, key: string) =>
  text.split('\n').filter((line) => line.startsWith(`${key}=`)).map((line) => line.slice(key.length + 1))

let directory = ''
beforeEach(async () => { directory = await mkdtemp(join(tmpdir(), 'carbonation-unit-')) })
afterEach(() => rm(directory, { recursive: true }))

const analyze = Bun.which('systemd-analyze')
/** What systemd has to say of this unit file, if anything. */
const complaints = async (text: string): Promise<string[]> => {
  const file = join(directory, 'carbonation.service')
  await Bun.write(file, text)
  const run = Bun.spawnSync(['systemd-analyze', 'verify', '--man=no', file])
  return run.stderr.toString().split('\n').filter((line) => line.includes('carbonation.service'))
}

const hostile = 'a b%n"c\'d$e\\f;g'

test.skipIf(analyze === null)('systemd accepts the unit', async () => {
  expect(await complaints(unit({ binary: process.execPath }))).toEqual([])
})

test.skipIf(analyze === null)('systemd complains of a unit that is wrong', async () => {
  expect(await complaints(unit({ binary: process.execPath }).replace('WatchdogSec=300', 'WatchdogSec=soon'))).not.toEqual([])
})

test.skipIf(analyze === null)('systemd finds programs and directories whatever their names', async () => {
  const binary = join(directory, 'a b%n$c;d')
  const home = join(directory, hostile)
  await mkdir(home)
  await symlink(process.execPath, binary)
  const text = unit({ binary, configFile: join(home, 'config.toml'), writable: [home], mounts: [home] })
  expect(await complaints(text)).toEqual([])
})

test('names stand for themselves in lists and in the command', () => {
  const text = unit({ binary: '/o p/%$x', configFile: `/e%/${hostile}`, writable: [`/${hostile}`], mounts: ['/m n'] })
  expect(values(text, 'ExecStart')).toEqual([`"/o p/%%$x" -c "/e%%/a b%%n\\"c'd$$e\\\\f;g" run`])
  expect(values(text, 'ReadWritePaths')).toEqual([`"-/a b%%n"'"'"c'd$e\\f;g"`])
  expect(values(text, 'RequiresMountsFor')).toEqual(['"/m n"'])
  expect(values(text, 'WorkingDirectory')).toEqual(['/e%%'])
})

test('the unit notifies, is watched over, and can still compile', () => {
  const text = unit()
  expect(values(text, 'Type')).toEqual(['notify'])
  expect(values(text, 'NotifyAccess')).toEqual(['main'])
  expect(values(text, 'WatchdogSec')).toEqual(['300'])
  expect(values(text, 'Restart')).toEqual(['on-failure'])
  expect(values(text, 'Environment')).toEqual(['UV_THREADPOOL_SIZE=32'])
  expect(values(text, 'UnsetEnvironment')).toEqual(['BUN_OPTIONS BUN_BE_BUN BUN_INSPECT'])
  expect(values(text, 'MemoryDenyWriteExecute')).toEqual([])
})

test.each([
  ['a line feed', '/srv/a\nExecStartPre=/bin/evil'],
  ['a byte that is not UTF-8', pathFromBytes(Uint8Array.from([0x2f, 0xff]))],
])('a path with %s is refused', (_, path) => {
  expect(() => unit({ writable: [path] })).toThrow(/cannot name/)
})

test('a program whose path has quotation marks is refused, as systemd does', () => {
  expect(() => unit({ binary: '/opt/"x"/carbonation' })).toThrow(/cannot name .* quotation marks/)
})

test('a user that is more than a name is refused', () => {
  expect(() => unit({ user: 'a\nExecStartPre=/bin/evil' })).toThrow(/no name of a user/)
})

test('homes, temporary files and devices are hidden only where nothing of it is used', () => {
  expect([values(unit(), 'ProtectHome'), values(unit(), 'PrivateTmp')]).toEqual([['true'], ['true']])
  expect(values(unit({ binary: '/home/me/bin/carbonation' }), 'ProtectHome')).toEqual(['read-only'])
  expect(values(unit({ readsSecrets: true }), 'ProtectHome')).toEqual(['read-only'])
  expect(values(unit({ mounts: ['/var/tmp/in'] }), 'PrivateTmp')).toEqual(['false'])
  expect(values(unit({ writable: ['/dev/shm/in'] }), 'PrivateDevices')).toEqual(['false'])
})

test('root keeps its capabilities, without which it cannot read the files of others', () => {
  expect(values(unit(), 'CapabilityBoundingSet')).toEqual([''])
  expect(values(unit({ user: 'root' }), 'CapabilityBoundingSet')).toEqual([])
})

test('database, log and archives are writable; deliveries only where files are moved', () => {
  const config = aConfig({
    logging: { ...aConfig().logging, file: '/var/log/carbonation/c.log' },
    watches: [aWatch(), aWatch({ path: '/srv/other' })],
  })
  const own = ['/srv/archive', '/var/lib/carbonation', '/var/log/carbonation']
  expect(unitPaths(config).writable).toEqual(own)
  const moving = { ...config, archives: [anArchive({ action: 'move' })] }
  expect(unitPaths(moving).writable).toEqual(['/srv/archive', '/srv/delivery', '/srv/other', ...own.slice(1)])
  expect(unitPaths(config).mounts).toEqual([
    '/etc/carbonation', '/srv/archive', '/srv/delivery', '/srv/other', '/var/lib/carbonation', '/var/log/carbonation',
  ])
})

test.each([
  ['/data/{category}/x', '/data'],
  ['/data/in-{category}', '/data'],
  ['/data/fixed', '/data/fixed'],
])('without a base path, the archive %s writes to %s', (destination, root) => {
  const config = aConfig({ archives: [anArchive({ basePath: null, destination })] })
  expect(unitPaths(config).writable).toContain(root)
})

test('a path below another is not listed again, and a server needs no directory', () => {
  const base = aConfig()
  expect(unitPaths(aConfig({
    database: { ...base.database, engine: 'postgresql', name: 'db' },
    archives: [anArchive(), anArchive({ basePath: '/srv/archive/deep' }), anArchive({ basePath: '/srv/archive2' })],
  }))).toMatchObject({ writable: ['/srv/archive', '/srv/archive2'], readsSecrets: true })
})
