import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { Fault } from '../../src/domain/fault.ts'
import type { Path } from '../../src/domain/path.ts'
import { openThreadWatcher } from '../../src/edges/thread-watcher.ts'
import type { Watcher } from '../../src/world.ts'
import { type Knowledge, knowledgeOf } from '../contracts/knowledge.ts'

const real = (): Worker => new Worker(new URL('../../src/edges/inotify-worker.ts', import.meta.url))
const running = (code: string) => (): Worker => new Worker(URL.createObjectURL(new Blob([code])))
/** Stands for a thread that a file system holds up. */
const silent = running('self.onmessage = () => {}')
const dying = running('self.onmessage = ({ data }) => { if (data.is === "watch") throw new Error("out of order") }')
/** Lives until it is told of a second root. */
const dyingLater = running(`self.onmessage = ({ data }) => {
  if (data.request > 1) throw new Error("out of order")
  if (data.is === "watch") postMessage({ is: "watched", request: data.request, lack: null })
}`)

describe('a thread that watches', () => {
  let root: Path
  let known: Knowledge
  let watcher: Watcher

  beforeEach(() => {
    root = mkdtempSync(`${tmpdir()}/thread-`)
    known = knowledgeOf(root)
  })
  afterEach(async () => {
    await watcher.close()
    rmSync(root, { recursive: true, force: true })
  })

  /** Starts these threads, one after the other; the last one goes on. */
  const open = (...workers: (() => Worker)[]) => {
    const startWorker = () => ((workers.length > 1 ? workers.shift() : workers[0]) ?? real)()
    watcher = openThreadWatcher({ backend: 'inotify', startWorker }, { onHint: known.take, checkMs: 20, silenceMs: 200 })
  }
  const watch = (name: string) => watcher.watch({ name, path: root, recursive: true })
  const rootHints = () => known.hints.filter((hint) => hint.is === 'root')

  test.each([
    ['dies', dying, 'out of order'],
    ['says nothing', silent, 'a file system does not answer'],
  ])('that %s is replaced, and the roots are watched again', async (_, bad, reason) => {
    open(bad, bad, real)
    const refused = await watch('in').catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(Fault)
    expect(String(refused)).toContain(reason)
    await known.until(() => rootHints().at(-1)?.lost === false, 'the root to be watched again')
    expect(rootHints().map((hint) => hint.lost)).toEqual([true, true, false])
    writeFileSync(`${root}/a`, '')
    await known.until(() => known.hints.some((hint) => hint.is === 'path'), 'an event')
  })

  test('loses every root when it dies, and says so of each', async () => {
    open(dyingLater, real)
    await watch('in')
    await watch('other').catch(() => {})
    const lost = rootHints().map((hint) => [hint.root, hint.lost, hint.reason.includes('out of order')])
    expect(lost).toEqual([['in', true, true], ['other', true, true]])
    await known.until(() => rootHints().filter((hint) => !hint.lost).length === 2, 'both to be watched again')
  })

  test('that does not answer does not keep the watcher from closing', async () => {
    open(silent)
    void watch('in').catch(() => {})
    await watcher.close()
    await expect(watch('in')).rejects.toBeInstanceOf(Fault)
  })
})
