import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { checkConfig } from '../../src/cli/check-config.ts'
import { checkRules } from '../../src/cli/check-rules.ts'
import { exit, type Command, type Io } from '../../src/cli/command.ts'
import { extract } from '../../src/cli/extract.ts'
import { parseArgv } from '../../src/cli/parse-argv.ts'
import { reconcileArchive } from '../../src/cli/reconcile-archive.ts'
import { reconcileDelivery } from '../../src/cli/reconcile-delivery.ts'
import { Fault } from '../../src/domain/fault.ts'

const commands: readonly Command[] = [reconcileDelivery, reconcileArchive, extract, checkRules, checkConfig]

const config = (action = 'copy') => `
[[watch]]
name = "in"
path = "delivery"
rules = "r"
archive = "main"
settle_seconds = 0.01
[[archive]]
name = "main"
base_path = "archive"
destination = "{kind}"
action = "${action}"
[plugins]
directory = "plugins"
`
const rules = '[r.metadata]\nmodule = "model"\n[[r.selection]]\nhas_keys = ["kind"]\n'
const plugin = `import { readFile } from 'node:fs/promises'
export const columns = { kind: { type: 'string' }, bytes: { type: 'integer' } }
export const extract = async ([path]) => ({ kind: path.endsWith('.a') ? 'alpha' : 'beta', bytes: (await readFile(path)).length })
`

let root: string
const write = (name: string, text: string) => {
  mkdirSync(dirname(join(root, name)), { recursive: true })
  writeFileSync(join(root, name), text)
}
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'reconcile-'))
  write('config.toml', config())
  write('rules.toml', rules)
  write('plugins/model.ts', plugin)
  mkdirSync(join(root, 'delivery'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** One command line in the project: what it printed, and how it ended. */
const run = async (...argv: string[]) => {
  const printed = { out: '', err: '' }
  const io: Io = {
    out: (text) => void (printed.out += text), err: (text) => void (printed.err += text), isTerminal: false, cwd: root, env: {},
    configPath: join(root, 'config.toml'), version: '0', signal: new AbortController().signal, actor: 'ops: test',
  }
  const asked = parseArgv(argv, commands)
  if (asked.is !== 'run') throw new Error(`no command: ${argv.join(' ')}`)
  const code = await asked.command.run(asked.args, io).catch((error: unknown) => {
    if (!(error instanceof Fault)) throw error
    printed.err += `${error.sentence}\n`
    return exit.failed
  })
  return { code, ...printed, err: printed.err.replaceAll(root, '.') }
}

test('a project from its check to its archive', async () => {
  expect(await run('check-config')).toEqual({
    code: 0, out: `archive main: ${root}/archive is not there yet: made on first use\nConfig is valid.\n`, err: '',
  })
  write('delivery/x.a', 'one')
  write('delivery/y.b', 'two')
  expect(await run('reconcile', 'delivery')).toEqual({
    code: 0, out: '[in] new=2 cleared=0 source_removed=0 requeued=0\n', err: 'made the database ./carbonation.db\n',
  })
  expect(await run('reconcile', 'archive', '--verify')).toEqual({
    code: 0, out: 'found=2 created=0 missing=0 corrupt=0\n', err: '',
  })
  expect(await run('extract')).toEqual({ code: 0, out: 'extracted metadata of 2 groups, 0 changed\n', err: '' })
  write('other.toml', rules.replace('kind', 'nothing'))
  expect(JSON.parse((await run('check', 'rules', 'other.toml', '--json')).out)).toMatchObject({
    evaluated: 2, newly_rejected: [{ watch_name: 'in', group_key: 'x.a' }, { watch_name: 'in', group_key: 'y.b' }],
  })
})

test('an archive that was there before is taken in, and its names may have any bytes', async () => {
  write('archive/2019/x.a', 'old')
  writeFileSync(Buffer.concat([Buffer.from(`${root}/archive/2019/`), Buffer.from([0xe9])]), 'bytes')
  const first = await run('reconcile', 'archive', '--json')
  expect(first.out).toBe('{"found":0,"created":2,"missing":0,"corrupt":0}\n')
  expect(await run('reconcile', 'archive', '--verify')).toEqual({
    code: 0, out: 'found=2 created=0 missing=0 corrupt=0\n', err: '',
  })
})

test('an archive that is gone is an error, and nothing in it is missing', async () => {
  write('delivery/x.a', 'one')
  await run('reconcile', 'delivery')
  renameSync(join(root, 'archive'), join(root, 'away'))
  const ended = await run('reconcile', 'archive', '--json')
  expect(ended.out).toBe('{"found":0,"created":0,"missing":0,"corrupt":0}\n')
  expect(ended.code).toBe(1)
  expect(ended.err).toContain('not mounted?')
})

test('an archive of symbolic links has what its links lead to', async () => {
  write('config.toml', config('symlink'))
  write('delivery/x.a', 'one')
  write('delivery/y.b', 'two')
  await run('reconcile', 'delivery')
  expect((await run('reconcile', 'archive', '--verify')).out).toBe('found=2 created=0 missing=0 corrupt=0\n')
  rmSync(join(root, 'delivery/x.a'))
  expect(await run('reconcile', 'archive')).toEqual({
    code: 1, out: 'found=1 created=0 missing=1 corrupt=0\n', err: 'missing: ./archive/alpha/x.a\n',
  })
})

test('a base_path that is itself a link is followed', async () => {
  mkdirSync(join(root, 'disk'))
  symlinkSync('disk', join(root, 'archive'))
  write('disk/x.a', 'old')
  expect((await run('reconcile', 'archive')).out).toBe('found=0 created=1 missing=0 corrupt=0\n')
})

test.each([
  [['reconcile', 'archive', 'elsewhere'], './elsewhere lies in no archive; there are main at ./archive\n'],
  [['reconcile', 'archive', '--archive', 'mian'], 'no archive is named "mian"; did you mean "main"?; the archives are: main\n'],
  [['extract', '--watch-name', 'inn'], 'no watch is named "inn"; did you mean "in"?; the watches are: in\n'],
  [['check-rules', 'none.toml'], 'cannot read ./none.toml: it is not there; check that its directory exists and is mounted\n'],
])('%p is refused with what was meant', async (argv, expected) => {
  const { code, out, err } = await run(...argv)
  expect({ code, out, err: err.replace(/^made the database .*\n/, '') }).toEqual({ code: 1, out: '', err: expected })
})
