import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import type { Scenario, Tree } from './corpus.ts'
import { binary, openProject } from './project.ts'
import { canTrace, trace, type Call } from './strace.ts'

/** What a power cut would leave is what was made durable before: so the order of the calls is looked at. */
setDefaultTimeout(60_000)

const pairs = (count: number): Tree => Object.fromEntries([...Array(count).keys()].flatMap((n) => [
  [`p${n}.txt`, `${n} text\n`], [`p${n}.json`, JSON.stringify({ category: `c${n % 2}`, note: n })],
]))

const aScenario = (count: number, before: Tree = {}, delivery = pairs(count)): Scenario =>
  ({ name: 'power', action: 'move', onRedelivery: 'replace', strangers: {}, hasRun: Object.keys(before).length > 0, before, delivery })

const again = Object.fromEntries(Object.entries(pairs(2)).map(([name, content]) => [name, `${content}   `]))

const cases: readonly (readonly [string, Scenario])[] = [
  ['few files, each made durable', aScenario(2)],
  ['many files, made durable together', aScenario(8)],
  ['files that are replaced', aScenario(2, pairs(2), again)],
]

/** The path in the n-th pair of quotes. */
const quoted = ({ text }: Call, n: number): string => [...text.matchAll(/"([^"]*)"/g)][n]?.[1] ?? ''
/** The path of the descriptor in front. */
const onFile = ({ text }: Call): string => /^\w+\(\d+<([^>]*)>/.exec(text)?.[1] ?? ''

describe.skipIf(!existsSync(binary) || !canTrace())('a power cut', () => {
  let root = ''
  beforeAll(() => {
    root = `${mkdtempSync(`${tmpdir()}/carbonation-power-`)}/p`
  })
  afterAll(() => rmSync(dirname(root), { recursive: true, force: true }))

  for (const [name, scenario] of cases) {
    test(`finds the archive whole or the source in its place: ${name}`, () => {
      openProject(root, scenario)
      const { calls, exitCode } = trace(root)
      expect(exitCode).toBe(0)
      expect(wrongOrder(root, calls)).toEqual([])
    })
  }
})

const wrongOrder = (root: string, calls: readonly Call[]): readonly string[] => {
  const publications = calls.flatMap((call, at) =>
    call.name === 'renameat2' && quoted(call, 0).includes('/staging/')
      ? [{ at, staged: quoted(call, 0), target: quoted(call, 1) }] : [])
  const removals = calls.flatMap((call, at) =>
    call.name === 'rename' && quoted(call, 1).includes('/.carbonation-') ? [at] : [])
  const wrote = (path: string) => calls.findLastIndex((call) => writing.has(call.name) && onFile(call) === path)
  const isDurable = (path: string, from: number, to: number) => calls.slice(from, to).some((call) =>
    call.name === 'syncfs' || (call.name === 'fsync' && onFile(call) === path))
  const commit = (from: number) => calls.findIndex((call, at) =>
    at > from && /^f(data)?sync$/.test(call.name) && onFile(call).endsWith('ledger.db-wal'))
  const made = calls.flatMap((call, at) =>
    call.name === 'mkdir' && call.text.endsWith('= 0') && quoted(call, 0).startsWith(`${root}/archive/`)
      ? [{ at, path: quoted(call, 0) }] : [])
  const [first, last] = [publications[0]?.at ?? 0, publications.at(-1)?.at ?? 0]
  const recorded = commit(last)
  const intents = calls.findLastIndex((call, at) =>
    at < first && call.name === 'write' && onFile(call).includes('/intents-'))
  const say = (isWrong: boolean, sentence: string) => (isWrong ? [sentence] : [])
  return [
    ...say(publications.length === 0 || recorded < 0 || removals.length === 0, 'nothing was published, recorded or removed'),
    ...publications.flatMap(({ at, staged, target }) => [
      ...say(!isDurable(staged, wrote(staged) + 1, at), `${target} was published before its bytes were durable`),
      ...say(!isDurable(dirname(staged), wrote(staged) + 1, at), `${target} was published before the name of its staged file was durable`),
      ...say(!isDurable(dirname(target), at, recorded), `the name ${target} was recorded before it was durable`),
    ]),
    ...say(intents < 0 || !isDurable(onFile(calls[intents] ?? missing), intents, first),
      'names were given before the intents were durable'),
    ...made.filter(({ path }) => !path.includes('/staging/')).flatMap(({ at, path }) =>
      say(!isDurable(dirname(path), at, recorded), `the new directory ${path} was recorded before it was durable`)),
    ...removals.flatMap((at) => say(at < recorded, 'a source was removed before the ledger had its bytes')),
  ]
}

const writing = new Set(['write', 'pwrite64', 'fchmod', 'utimensat'])
const missing: Call = { thread: '', name: '', text: '', isStruck: false }
