import { afterEach, expect, setDefaultTimeout, test } from 'bun:test'
import { closeSync, ftruncateSync, openSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { aProject, program, type Project } from './project.ts'

setDefaultTimeout(60_000)

let project: Project
afterEach(() => project.close())

const many = (count: number, line: (index: number) => string): string => Array.from({ length: count }, (_, index) => line(index)).join('\n')
const deep = 100_000

/** What is written above a sound file, and what is said of it. */
const bombs: readonly (readonly [string, string, RegExp])[] = [
  ['brackets that are never closed', `a = ${'['.repeat(deep)}`, /:1 {2}.*nested more than 32 deep/],
  ['brackets that are closed', `a = 1\nb = ${'['.repeat(deep)}${']'.repeat(deep)}`, /:2 {2}.*nested more than 32 deep/],
  ['braces', `a = ${'{a='.repeat(deep)}`, /:1 {2}.*nested more than 32 deep/],
  ['a dotted key', `${'a.'.repeat(deep)}a = 1`, /:1 {2}.*nested more than 32 deep/],
  ['a dotted table', `\n\n[${'a.'.repeat(deep)}a]`, /:3 {2}.*nested more than 32 deep/],
  ['nothing but dots', '.'.repeat(deep), /:1 {2}.*nested more than 32 deep/],
  ['a long key', `${'k'.repeat(900_000)} = 1`, /:1 {2}a key.* more than 1000 characters/],
  ['a long name of a table with many keys', `["${'k'.repeat(100_000)}"]\n${many(80_000, (index) => `a${index}=1`)}`, /:1 {2}a key.* more than/],
  ['a long value', `[[archive]]\nname = "b"\nbase_path = "b"\ndestination = "d"\naction = "${'x'.repeat(100_000)}"`, /:5 {2}archive\[0\]\.action .{0,2000}$/m],
  ['a text that is never closed', `a = "${'x'.repeat(300_000)}`, /:1 {2}the text has no closing quote/],
  ['a text in triple quotes that is never closed', `a = """${'x\n'.repeat(100_000)}`, /never closed/],
  ['many tables', many(15_000, (index) => `[a${index}]\nx=1`), /and below are \d+ more mistakes/],
  ['many elements', `a = [${'1,'.repeat(100_000)}]`, /:1 {2}a\b/],
  ['many lines before a date that there is not', `${many(20_000, (index) => `a${index}=1`)}\nd = 2026-13-45T00:00:00Z`, /:20001 {2}there is no such date/],
  ['a character beyond the last', 'a = 1\nb = "\\UFFFFFFFF"', /:2 {2}there is no such character/],
  ['a half of a character', 'a = "\\ud800"', /:1 {2}there is no such character/],
  ['a key with a character beyond the last', '"\\UFFFFFFFF" = 1', /:1 {2}there is no such character/],
  ['control characters in a text', 'a = "\x1b[31m\x07"', /:1 {2}a text must not hold control characters/],
  ['NUL', 'a\0b = 1', /:1 {2}a key must be followed by =/],
  ['more than a mebibyte', `# ${'x'.repeat(1024 * 1024)}`, /is larger than 1 MiB/],
]

type Spent = { readonly code: number; readonly err: string; readonly seconds: number; readonly mebibytes: number }

/** What a process took at most so far. What the system tells at its end counts the tests' own memory in. */
const peakOf = (pid: number): number => {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

const spend = async (...args: string[]): Promise<Spent> => {
  const begin = performance.now()
  const child = Bun.spawn([program, ...args], { cwd: project.root, env: { HOME: `${project.root}/home` }, stdout: 'pipe', stderr: 'pipe', timeout: 20_000 })
  let mebibytes = 0
  const watching = setInterval(() => {
    mebibytes = Math.max(mebibytes, peakOf(child.pid))
  }, 5)
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited])
  clearInterval(watching)
  return { code, err: `${out}${err}`, seconds: (performance.now() - begin) / 1000, mebibytes }
}

/** One clear mistake, soon, and in no more room than a sound config takes on a large ledger. */
const expectCivil = ({ code, err, seconds, mebibytes }: Spent, words: RegExp) => {
  expect(err).toMatch(words)
  expect(err).not.toMatch(/this is a bug|RangeError|^\s+at .+:\d+|[\0-\x09\x0b-\x1f]/m)
  expect([code, err.length < 250_000, seconds < 15, mebibytes < 700]).toEqual([1, true, true, true])
}

test.each(bombs)('%s in config.toml or rules.toml is one clear mistake', async (_, text, words) => {
  project = aProject()
  const config = project.read('config.toml') ?? ''
  project.write('config.toml', `${text}\n${config}`)
  expectCivil(await spend('status'), words)
  project.write('config.toml', config)
  if (text.startsWith('[[archive]]')) return
  project.write('rules.toml', `${text}\n[r]\n`)
  expectCivil(await spend('check-config'), words)
})

test('a file that ends with a backslash lacks a quote', async () => {
  project = aProject({ config: 'a = "b\\' })
  expectCivil(await spend('check-config'), /config\.toml:1 {2}the text has no closing quote/)
})

test('a config of 100 MB, or without an end, is refused before it is read', async () => {
  project = aProject()
  const file = openSync(`${project.root}/config.toml`, 'r+')
  ftruncateSync(file, 100_000_000)
  closeSync(file)
  const large = await spend('run', '--once')
  expectCivil(large, /config\.toml is larger than 1 MiB/)
  expect(large.mebibytes).toBeLessThan(100)
  rmSync(`${project.root}/config.toml`)
  symlinkSync('/dev/zero', `${project.root}/config.toml`)
  expectCivil(await spend('run', '--once'), /config\.toml is larger than 1 MiB/)
})
