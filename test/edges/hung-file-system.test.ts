import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { Fault } from '../../src/domain/fault.ts'
import { openWorkerPool, type WorkerPool } from '../../src/edges/worker-pool.ts'
import { canHang, hangAt, type Hung } from '../faults/hung.ts'
import { anArchiveAt } from './an-archive.ts'
import { pluginFolder } from './plugin-folder.ts'

setDefaultTimeout(30_000)

/** How many threads this process has, those that hang among them. */
const threads = () => readdirSync('/proc/self/task').length

describe.skipIf(!(await canHang()))('a file system that does not answer', () => {
  let root = ''
  let hung: Hung
  let pool: WorkerPool
  beforeEach(async () => {
    root = mkdtempSync(`${tmpdir()}/carbonation-hung-`)
    for (const name of ['good', 'archive']) mkdirSync(`${root}/${name}`)
    writeFileSync(`${root}/good/a`, 'a')
    hung = await hangAt(`${root}/bad`)
    const main = anArchiveAt(`${root}/archive`)
    const bad = { ...main, root: `${root}/bad`, archive: { ...main.archive, name: 'bad', basePath: `${root}/bad` } }
    pool = openWorkerPool({
      workers: 2, archives: [main, bad],
      roots: [`${root}/good`, `${root}/bad`], run: { ledgerId: 'test', name: 'test' }, timeoutMs: 1000,
    })
  })
  afterEach(async () => {
    hung.release()
    await pool.close()
    rmSync(root, { recursive: true, force: true })
  })

  test('costs what was asked of it, and nothing that is asked of others meanwhile', async () => {
    const { files } = pool
    const bad = Array.from({ length: 20 }, () => files.list(`${root}/bad`))
    const good = await Promise.all(Array.from({ length: 50 }, () => files.list(`${root}/good`)))
    expect(good.every((one) => !(one instanceof Fault) && one.names[0] === 'a')).toBe(true)
    expect((await Promise.all(bad)).map(String)).toEqual(bad.map(() => 'Fault: the file system did not answer "list"'))
  })

  test('is asked no more until its call comes back, however often it is wanted', async () => {
    const { files } = pool
    await files.list(`${root}/bad`)
    const before = threads()
    for (let turn = 0; turn < 200; turn += 1) expect(await files.look([`${root}/bad/x`])).toEqual([expect.any(Fault)])
    expect(threads()).toBeLessThan(before + 10)
    hung.release()
    let answer = await files.list(`${root}/bad`)
    for (; answer instanceof Fault; answer = await files.list(`${root}/bad`)) await Bun.sleep(10)
    expect(answer.names).toEqual([])
  })

  test('answers in a mixed question for its own part alone', async () => {
    const [good, bad] = await pool.files.look([`${root}/good/a`, `${root}/bad/a`])
    expect(good).toMatchObject({ kind: 'file' })
    expect(bad).toBeInstanceOf(Fault)
    const inspected = await pool.files.inspect([{ path: `${root}/bad/a`, read: 'head' }, { path: `${root}/good/a`, read: 'sha256' }])
    expect(inspected.map((one) => one.is)).toEqual(['fault', 'read'])
  })

  test('is a fault of that archive as a whole', async () => {
    expect(await pool.destination('bad').check(null).catch((error: unknown) => error)).toMatchObject({ archive: 'bad' })
    expect(await pool.destination('main').check(null)).toMatchObject({ freeBytes: expect.any(Number) })
  })

  test('costs a plugin that reads from it its own call, and not the loop', async () => {
    await using folder = pluginFolder({
      'x.ts': "import { readFileSync } from 'node:fs'\n"
        + 'export const run = (path: string) => (path === "fine" ? path : readFileSync(path, "utf8"))',
    })
    const host = await folder.open(500)
    let ticks = 0
    const ticking = setInterval(() => (ticks += 1), 20)
    const answers = await host.call({ module: null, name: 'run' }, [['fine'], [`${root}/bad/a`], ['fine']])
    const before = ticks
    await Bun.sleep(300)
    expect(ticks).toBeGreaterThan(before + 5)
    clearInterval(ticking)
    expect(answers.map(String)).toEqual(['fine', 'Fault: run of plugins/x.ts did not answer within 0.5 s', 'fine'])
    expect(await host.call({ module: null, name: 'run' }, [['fine']])).toEqual(['fine'])
  })
})
