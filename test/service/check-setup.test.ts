import { expect, test } from 'bun:test'
import { configJson, configText, troubleText } from '../../src/cli/check-config.ts'
import type { RuleSet } from '../../src/config/rules.ts'
import { Fault } from '../../src/domain/fault.ts'
import type { ArchiveAbilities } from '../../src/edges/archive-trial.ts'
import { checkSetup, type Checking } from '../../src/service/check-setup.ts'
import { aConfig, anArchive, aRuleSet, aWatch } from '../fakes/builders.ts'
import { fakeClock } from '../fakes/clock.ts'
import { fakeTree } from '../fakes/tree.ts'

const abilities: ArchiveAbilities = {
  fileSystem: { id: '1', type: 'ext4', local: true }, noReplaceRename: true, exchange: true, hardLinks: true, syncfs: true,
}
const noPlugins = { columns: {}, queryDefaults: {}, modules: [], digest: '', files: [] }
const onePlugin = {
  ...noPlugins, modules: [{ name: 'file_model', file: 'plugins/file_model.ts', functions: ['wanted', 'route'], hasExtract: true }],
}
const linesFrom = (name: string, line: number) => ({ name, lineOf: () => line })

const check = async ({ rules, directories = ['/in', '/archive'], ...more }: Partial<Omit<Checking, 'rules'>> & {
  rules?: Partial<RuleSet>; directories?: readonly string[]
} = {}) => {
  const tree = fakeTree(fakeClock(), '/')
  for (const path of directories) tree.mkdir(path)
  return checkSetup({
    config: aConfig(), rules: { r: aRuleSet(rules) }, plugins: onePlugin, files: tree, rootOf: ({ basePath }) => basePath ?? '',
    places: { config: linesFrom('config.toml', 3), rules: linesFrom('rules.toml', 7) }, tryArchive: async () => abilities, ...more,
  })
}

test('a project where everything is there is valid', async () => {
  const checked = await check()
  expect(troubleText(checked)).toBe('')
  expect(configText(checked)).toBe(
    'archive main: /archive (ext4): no-replace rename, exchange, hard links, syncfs\nConfig is valid.\n',
  )
  expect(JSON.parse(configJson(checked))).toEqual({
    valid: true, errors: [], warnings: [],
    archives: [{
      name: 'main', path: '/archive', exists: true, file_system: 'ext4', no_replace_rename: true, exchange: true,
      hard_links: true, syncfs: true,
    }],
  })
})

test('directories that are not there yet are no error', async () => {
  const checked = await check({ directories: [] })
  expect(troubleText(checked)).toBe('WARNING: config.toml:3  watch[0].path /in is not there: make it, or mount it\n')
  expect(configText(checked)).toBe('archive main: /archive is not there yet: made on first use\nConfig is valid.\n')
})

test('a file where a directory should be is an error', async () => {
  const tree = fakeTree(fakeClock(), '/')
  tree.write('/in', 'x')
  tree.write('/archive', 'x')
  expect((await check({ files: tree })).errors).toEqual([
    'config.toml:3  watch[0].path /in is not a directory', 'config.toml:3  archive[0].base_path /archive is not a directory',
  ])
})

test('without create_directories, what the template names must be there', async () => {
  const config = aConfig({ archives: [anArchive({ createDirectories: false, destination: 'raw/{day}' })] })
  expect((await check({ config })).warnings).toEqual([
    'config.toml:3  archive[0].create_directories is false, and /archive/raw is not there: make it',
  ])
  expect((await check({ config, directories: ['/in', '/archive/raw'] })).warnings).toEqual([])
})

test('functions and modules that rules name and no plugin has are errors, each with the one that was meant', async () => {
  const rules: Partial<RuleSet> = {
    integrity: [{ type: 'min_size', bytes: 1 }, { type: 'plugin', function: 'check_header' }],
    selection: [{ name: null, hasKeys: [], lacksKeys: [], fields: [], function: 'wantde', kwargs: {} }],
    routing: [{ name: null, function: 'route' }],
    metadataModule: 'file_modle',
  }
  const checked = await check({ rules })
  expect(troubleText(checked)).toBe(
    `ERROR: rules.toml:7  r.integrity[1].function names the function "check_header", which no plugin exports; there are wanted, route
ERROR: rules.toml:7  r.selection[0].function names the function "wantde", which no plugin exports; did you mean "wanted"?
ERROR: rules.toml:7  r.metadata.module names the plugin "file_modle", and there is no file_modle.ts; did you mean "file_model"?
Config validation failed with 3 error(s)
`)
})

test('a plugin that only has columns is no metadata module', async () => {
  const plugins = { ...noPlugins, modules: [{ name: 'm', file: 'plugins/m.ts', functions: [], hasExtract: false }] }
  expect((await check({ plugins, rules: { metadataModule: 'm' } })).errors).toEqual([
    'rules.toml:7  r.metadata.module names plugins/m.ts, which exports no extract',
  ])
})

test('plugins that do not load are told line by line', async () => {
  const plugins = new Fault('plugins/a.ts:3:1: Unexpected end of file\nplugins/b.ts: it throws')
  expect((await check({ plugins, rules: { metadataModule: 'm' } })).errors).toEqual([
    'plugins/a.ts:3:1: Unexpected end of file', 'plugins/b.ts: it throws',
  ])
})

test('replace needs a file system that exchanges names', async () => {
  const config = aConfig({ watches: [aWatch({ onRedelivery: 'replace' })] })
  const tryArchive = async () => ({ ...abilities, exchange: false })
  expect((await check({ config })).errors).toEqual([])
  const checked = await check({ config, tryArchive })
  expect(checked.errors).toEqual([
    'config.toml:3  watch[0].on_redelivery "replace" needs a file system that exchanges two names at once, and that of the archive "main" (ext4) does not; use "version"',
  ])
  expect(configText(checked)).toBe('archive main: /archive (ext4): no-replace rename, no exchange, hard links, syncfs\n')
})

test('hard links cannot lead to another file system', async () => {
  const tree = fakeTree(fakeClock(), '/')
  tree.mkdir('/in')
  tree.mkdir('/archive')
  const look: typeof tree.look = async (paths) => (await tree.look(paths)).map((sight, index) =>
    sight === null || sight instanceof Fault ? sight : { ...sight, identity: { ...sight.identity, device: paths[index] ?? '' } })
  const config = aConfig({ archives: [anArchive({ action: 'hardlink' })] })
  expect((await check({ config })).errors).toEqual([])
  expect((await check({ config, files: { ...tree, look } })).errors).toEqual([
    'config.toml:3  archive[0].action "hardlink" cannot lead from /in to /archive, which is another file system; use "copy"',
  ])
})

test('an archive that cannot be tried is an error', async () => {
  const checked = await check({ tryArchive: async () => new Fault('cannot write to /archive: permission denied') })
  expect(checked.errors).toEqual(['config.toml:3  archive[0].base_path cannot write to /archive: permission denied'])
  expect(configText(checked)).toBe('archive main: /archive cannot be tried\n')
})
