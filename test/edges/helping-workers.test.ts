import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { Fault } from '../../src/domain/fault.ts'
import { openWorkerPool, type WorkerPool } from '../../src/edges/worker-pool.ts'
import { canHang, hangAt, type Hung } from '../faults/hung.ts'
import { anArchiveAt } from './an-archive.ts'
import { aPutGroup } from './archive/a-put-group.ts'

setDefaultTimeout(60_000)

const usual = availableParallelism()

/** How many threads of this process are workers. */
const workers = (): number => readdirSync('/proc/self/task').filter((thread) => nameOf(thread) === 'Worker').length
const nameOf = (thread: string): string => {
  try {
    return readFileSync(`/proc/self/task/${thread}/comm`, 'utf8').trim()
  } catch {
    return 'gone'
  }
}

describe.skipIf(!(await canHang()))('a worker that came to help while the others wait for a slow disk', () => {
  let root = ''
  let before = 0
  let slow: Hung
  let brief: Hung
  let pool: WorkerPool
  beforeEach(async () => {
    root = mkdtempSync(`${tmpdir()}/carbonation-helping-`)
    for (const name of ['in', 'archive']) mkdirSync(`${root}/${name}`)
    writeFileSync(`${root}/in/a.txt`, 'bytes')
    slow = await hangAt(`${root}/slow`)
    brief = await hangAt(`${root}/brief`)
    before = workers()
    pool = openWorkerPool({
      workers: usual + 2, archives: [anArchiveAt(`${root}/archive`)], roots: ['in', 'slow', 'brief'].map((one) => `${root}/${one}`),
      run: { ledgerId: 'test', name: 'test' }, timeoutMs: 40_000, restMs: 50,
    })
  })
  afterEach(async () => {
    for (const one of [slow, brief]) one.release()
    await pool.close()
    rmSync(root, { recursive: true, force: true })
  })

  const staging = () => readdirSync(`${root}/archive/.carbonation/staging`)
  const own = () => workers() - before

  test('goes when there was nothing for it to do for a while, but not while what it staged waits for its commit', async () => {
    const usualOnes = Array.from({ length: usual }, () => pool.files.list(`${root}/slow`))
    const archive = pool.destination('main')
    const state = await archive.check(null)
    if (state instanceof Fault) throw state
    const { receipt } = await archive.put([await aPutGroup(`${root}/in/a.txt`)], state.id)
    const [staged] = staging()
    expect(staged).toStartWith(`test-test-${usual + 1}`)
    const helper = pool.files.list(`${root}/brief`)
    await pool.files.list(`${root}/in`)
    expect(own()).toBe(usual + 2)
    brief.release()
    await helper
    // Of the two that rest now, the one that staged is asked first: the other one had to do a moment ago.
    await pool.files.list(`${root}/in`)
    while (own() > usual + 1) await Bun.sleep(10)
    expect(staging()).toContain(staged as string)
    await archive.commit(receipt)
    while (own() > usual) await Bun.sleep(10)
    expect(staging()).toEqual([])
    slow.release()
    await Promise.all(usualOnes)
    expect(own()).toBe(usual)
    expect(await pool.files.list(`${root}/in`)).toMatchObject({ names: ['a.txt'] })
  })
})
