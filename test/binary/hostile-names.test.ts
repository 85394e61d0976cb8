import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { pathFromBytes, unshowPath } from '../../src/domain/path.ts'
import { aProject, program, until, type Project } from './project.ts'

setDefaultTimeout(60_000)

let project: Project
beforeEach(() => {
  project = aProject({ watch: 'ignore_patterns = []' })
})
afterEach(() => project.close())

/** Each as its bytes, in Latin-1. */
const bytes = ['\xff', '\\xff', '\\x5cxff', '\xff\xfe.t', '\xed\xa0\x80', '\xc3', 'x\x80\n', 'caf\xe9.txt', 'n\xe9'.repeat(127)]
const texts = [
  'new\nline.txt', '-leading', '--help', '--', 'tab\there', '\x1b[31mred\x1b[0m', '\u009b31m', 'a\u202egnp.txt', '\u200b', '\u00a0',
  '\u3164', ' ', '  ', '"quote"', "it's", '$(x)', '`x`', 'a,b;c', '=1+1', '%s%n', '*', '?', '[a]', '{x}', '\\', 'n'.repeat(255),
  '\u0301', '🜁', 'é', 'e\u0301', '\x7f', '\r', '\x01', 'null', '__proto__', 'constructor', '.hidden', '~2', 'a~2.txt', '\ufeff', '\u{e0041}',
]
const names: readonly Buffer[] = [...bytes.map((one) => Buffer.from(one, 'latin1')), ...texts.map((one) => Buffer.from(one))]
const inDelivery = (name: Buffer): Buffer => Buffer.concat([Buffer.from(`${project.root}/delivery/`), name])

const deliverAll = () => names.forEach((name, index) => writeFileSync(inDelivery(name), `content ${index}`))

/** Runs the program with words of any bytes, which `Bun.spawn` could not give it. */
const runWith = (words: readonly string[], last: Buffer) => {
  writeFileSync(`${project.root}/last-word`, last)
  const script = 'exec "$0" "$@" "$(cat last-word)"'
  const ran = Bun.spawnSync(['sh', '-c', script, program, ...words], { cwd: project.root, env: { HOME: project.root, LC_ALL: 'C' } })
  return { code: ran.exitCode, out: ran.stdout.toString(), err: ran.stderr.toString() }
}

/** Control characters besides the line end, marks of direction, what has no width, blanks that are none. */
const obeyed = /[\p{Cc}\u00a0\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\u3164\ufeff]|\p{Cs}|[\u{e0000}-\u{e0fff}]/u
const isHarmless = (text: string): boolean => !obeyed.test(text.replaceAll('\n', ''))

test('a name of any bytes is archived under these bytes, each as a group of its own', async () => {
  deliverAll()
  expect(await project.run('run', '--once')).toMatchObject({ code: 0 })
  const kept = readdirSync(`${project.root}/archive/kept`, { encoding: 'buffer' }) as unknown as Buffer[]
  expect(kept.map((one) => one.toString('latin1')).toSorted()).toEqual(names.map((one) => one.toString('latin1')).toSorted())
  names.forEach((name, index) =>
    expect(readFileSync(Buffer.concat([Buffer.from(`${project.root}/archive/kept/`), name]), 'utf8')).toBe(`content ${index}`))
  expect(project.rows('select count(*) as n, count(distinct group_key) as k from files')).toEqual([{ n: names.length, k: names.length }])
  for (const command of [['reconcile', 'archive', '--verify'], ['reconcile', 'delivery'], ['db', 'check'], ['run', '--once']]) {
    expect(await project.run(...command)).toMatchObject({ code: 0 })
  }
  expect(project.rows('select distinct status, in_delivery as d from file_components')).toEqual([{ status: 'archived', d: 1 }])
})

test('JSON gives back each byte, and no output has anything that a terminal would obey', async () => {
  deliverAll()
  await project.run('run', '--once')
  const { out } = await project.run('query', 'components', '--status', 'archived', '--format', 'json')
  const paths = (JSON.parse(out) as { source_path: string }[]).map((one) => unshowPath(one.source_path))
  expect(paths.toSorted()).toEqual(names.map((name) => pathFromBytes(inDelivery(name))).toSorted())
  const asked = [
    ['query', 'files'], ['query', 'components', '--status', 'archived'], ['query', 'files', '--format', 'json'], ['query', 'files', '--format', 'ndjson'],
    ['status'], ['status', '--json'],
  ]
  for (const command of asked) {
    const ran = await project.run(...command)
    expect([command, ran.code, isHarmless(ran.out), isHarmless(ran.err)]).toEqual([command, 0, true, true])
  }
})

test('explain finds each name as it was typed and as it was printed', async () => {
  deliverAll()
  await project.run('run', '--once')
  for (const name of names.filter((_, index) => index % 8 === 1)) {
    const { code, out, err } = runWith(['explain', '--'], inDelivery(name))
    expect([name.toString('latin1'), code, err, isHarmless(out)]).toEqual([name.toString('latin1'), 0, '', true])
  }
  for (const typed of ['delivery/caf\xe9.txt', 'caf\xe9.txt', 'delivery/caf\\xe9.txt', 'caf\\xe9.txt']) {
    expect(runWith(['explain'], Buffer.from(typed, 'latin1')).out).toContain('Group caf\\xe9.txt of watch w')
  }
  expect(runWith(['explain'], Buffer.from('delivery/\\xff')).out).toContain('Group \\x5cxff of watch w')
  expect(runWith(['explain'], Buffer.from('delivery/\xff', 'latin1')).out).toContain('Group \\xff of watch w')
})

test('names in trouble are escaped in the log and on stderr too', async () => {
  const config = project.read('config.toml') ?? ''
  project.write('config.toml', config.replace('action = "copy"', 'action = "copy"\nfile_mode = 0o640')
    .replace('[database]', '[logging]\nfile = "log.txt"\nlevel = "DEBUG"\n[database]').replace('"kept"', '"{missing}"'))
  deliverAll()
  const { err } = await project.run('run', '--once')
  const service = project.start('run')
  project.deliver({ 'one\x1b[31m\u202emore': 'x' })
  await until(() => project.rows('select id from file_components').length > names.length, 'the late file')
  const { err: told } = await service.stop()
  expect([err, told, project.read('log.txt') ?? ''].filter((text) => !isHarmless(text))).toEqual([])
  expect(isHarmless((await project.run('query', 'components', '--status', 'retry_pending')).out)).toBe(true)
})

test('what is no regular file is told as such, is never opened for long, and the rest goes on', async () => {
  const at = (name: string) => `${project.root}/delivery/${name}`
  mkdirSync(at('directory.txt'))
  symlinkSync('/etc/passwd', at('link.txt'))
  symlinkSync('loop.txt', at('loop.txt'))
  Bun.spawnSync(['mkfifo', at('fifo.txt')])
  const isRoot = process.getuid?.() === 0 && Bun.spawnSync(['mknod', at('null.txt'), 'c', '1', '3']).exitCode === 0
  const socket = createServer().listen(at('socket.txt'))
  project.deliver({ 'fine.txt': 'fine' })
  expect(await project.run('run', '--once')).toMatchObject({ code: 0 })
  expect(project.archived()).toEqual({ 'kept/fine.txt': 'fine' })
  const told = (name: string) => `${name} integrity_failed: ${at(name)} is not a regular file`
  expect(project.standings()).toEqual([
    told('fifo.txt'), 'fine.txt archived', ...(isRoot ? [told('null.txt')] : []), told('socket.txt'),
  ])
  socket.close()
})
