import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Scenario, Tree } from './corpus.ts'
import { binary, openProject, readTree, runOnce } from './project.ts'
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

/** Debian's faketime shows one process another time. */
const canFakeTime = Bun.which('faketime') !== null

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

  test('takes back what a dead one published under rules that do not want it any more', () => {
    dieHalfWay()
    const rules = join(root, 'rules.toml')
    writeFileSync(rules, readFileSync(rules, 'utf8').replace('["category"]', '["what nothing has"]'))
    expect(settleDown(root)).toEqual([])
    expect([readTree(join(root, 'archive')), ...leftOvers(root)]).toEqual([{}])
    expect(readTree(join(root, 'delivery'))).toEqual(pairs)
    expect(new Set(componentsIn(root).map((row) => row.status))).toEqual(new Set(['not_selected']))
  })

  test('puts what a dead one published to where a mended plugin says', () => {
    dieHalfWay()
    const plugin = join(root, 'plugins/pairs.ts')
    writeFileSync(plugin, readFileSync(plugin, 'utf8').replace(').category', ").category + '-mended'"))
    expect(settleDown(root)).toEqual([])
    const mended = Object.entries(archived()).map(([path, content]) => [path.replace('alpha', 'alpha-mended'), content])
    expect(readTree(join(root, 'archive'))).toEqual(Object.fromEntries(mended))
    expect([...unrecorded(root, aScenario), ...leftOvers(root)]).toEqual([])
  })

  test.skipIf(!canFakeTime).each(['-400 days', '+400 days'])('finishes what a dead one began, by a clock that is wrong by %s', (by) => {
    dieHalfWay()
    for (const _ of [1, 2]) expect(runOnce(root, ['faketime', '-f', by.replace(' days', 'd')])).toMatchObject({ exitCode: 0 })
    expect(readTree(join(root, 'archive'))).toEqual(archived())
    expect([...unrecorded(root, aScenario), ...leftOvers(root), ...Object.keys(readTree(join(root, 'delivery')))]).toEqual([])
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
