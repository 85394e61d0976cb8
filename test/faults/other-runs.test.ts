import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Scenario, Tree } from './corpus.ts'
import { binary, openProject, readTree } from './project.ts'
import { canTrace, trace } from './strace.ts'
import { componentsIn, eventCount, leftOvers, settleDown, unrecorded } from './verdict.ts'

/** What one run leaves to others: one that died to the next, one that lives to those beside it. */
setDefaultTimeout(60_000)

const pairs: Tree = Object.fromEntries(['one', 'two', 'three'].flatMap((stem) => [
  [`${stem}.txt`, `${stem} text\n`], [`${stem}.json`, JSON.stringify({ category: 'alpha', note: stem })],
]))

const aScenario: Scenario =
  { name: 'runs', action: 'move', onRedelivery: 'version', strangers: {}, hasRun: false, before: {}, delivery: pairs }

/** Their contents, each with something after it, where they belong in the archive. */
const archived = (after = ''): Tree =>
  Object.fromEntries(Object.entries(pairs).map(([name, content]) => [`alpha/${name}`, content + after]))

describe.skipIf(!existsSync(binary) || !canTrace())('a run', () => {
  let root = ''
  beforeEach(() => {
    root = join(mkdtempSync(`${tmpdir()}/carbonation-runs-`), 'p')
    openProject(root, aScenario)
  })
  afterEach(() => rmSync(dirname(root), { recursive: true, force: true }))

  /** The third name of the archive's own is given after its id: half of a group is there. */
  const dieHalfWay = () => {
    expect(trace(root, 'renameat2:signal=SIGKILL:when=5').killed).toBe(true)
    expect(Object.keys(readTree(join(root, 'archive'))).length).toBe(3)
  }

  test('takes back what a dead one published of files that went away meanwhile', () => {
    dieHalfWay()
    for (const name of Object.keys(pairs)) rmSync(join(root, 'delivery', name))
    expect(settleDown(root)).toEqual([])
    expect([readTree(join(root, 'archive')), ...leftOvers(root)]).toEqual([{}])
  })

  test('takes back what a dead one published of files that changed meanwhile', () => {
    dieHalfWay()
    for (const [name, content] of Object.entries(pairs)) writeFileSync(join(root, 'delivery', name), `${content} `)
    expect(settleDown(root)).toEqual([])
    expect([...unrecorded(root, aScenario), ...leftOvers(root)]).toEqual([])
    expect(readTree(join(root, 'archive'))).toEqual(archived(' '))
  })

  test('finishes the removal that a dead one began', () => {
    expect(trace(root, 'unlink:signal=SIGKILL:when=2', ['unlink', 'rename']).killed).toBe(true)
    const asides = Object.keys(readTree(join(root, 'delivery'))).filter((name) => name.startsWith('.carbonation-'))
    expect(asides).toHaveLength(1)
    expect(settleDown(root)).toEqual([])
    expect([readTree(join(root, 'delivery')), ...leftOvers(root)]).toEqual([{}])
  })

  test('leaves alone what one that lives has staged', async () => {
    const stopping = ['-e', 'trace=renameat2', '-e', 'inject=renameat2:signal=SIGSTOP:when=3']
    const held = Bun.spawn(['strace', '-f', '-o', '/dev/null', ...stopping, binary, 'run', '--once'], {
      cwd: root, stdin: 'ignore', stdout: 'ignore', stderr: 'ignore',
    })
    while (Object.keys(readTree(join(root, 'archive'))).length === 0) await Bun.sleep(20)
    const config = readFileSync(join(root, 'config.toml'), 'utf8')
    const other = config.replace('name = "w"', 'name = "other"').replace('path = "delivery"', 'path = "plugins"')
    writeFileSync(join(root, 'other.toml'), other)
    const beside = Bun.spawnSync([binary, '-c', 'other.toml', 'run', '--once'], { cwd: root })
    process.kill(stagingProcess(root), 'SIGCONT')
    expect([beside.exitCode, await held.exited]).toEqual([0, 0])
    expect(new Set(componentsIn(root).map((row) => `${row.status} ${row.error_message}`))).toEqual(new Set(['archived null']))
    expect(eventCount(root)).toBe(2 * Object.keys(pairs).length)
    expect(readTree(join(root, 'archive'))).toEqual(archived())
  })
})

/** The number of the process that a place in staging belongs to stands in its name. */
const stagingProcess = (root: string): number =>
  Number(readdirSync(join(root, 'archive/.carbonation/staging'))[0]?.split('-').at(-3))
