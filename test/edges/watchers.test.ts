import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { Fault } from '../../src/domain/fault.ts'
import type { Path } from '../../src/domain/path.ts'
import { openWatchers, type WatchersOptions } from '../../src/edges/watchers.ts'
import type { FileSystem, Watcher } from '../../src/world.ts'
import { type Knowledge, knowledgeOf } from '../contracts/knowledge.ts'
import { watcherContract } from '../contracts/watcher.ts'

setDefaultTimeout(20_000)

const local: FileSystem = { id: '1', type: 'ext4', local: true }
const network: FileSystem = { id: '2', type: 'nfs4', local: false }
const missing = new Fault('the delivery directory is not there')

const options = {
  backendOf: () => 'auto',
  fileSystemOf: async () => local,
  scanIntervalMs: 50,
  checkMs: 20,
} satisfies Partial<WatchersOptions>

watcherContract('the choice of watchers', (onHint) => openWatchers({ ...options, onHint }), { sendsEvents: true })

describe('the choice of watchers', () => {
  let root: Path
  let known: Knowledge
  let watcher: Watcher

  beforeEach(() => {
    root = mkdtempSync(`${tmpdir()}/watchers-`)
    known = knowledgeOf(root)
  })
  afterEach(async () => {
    await watcher.close()
    rmSync(root, { recursive: true, force: true })
  })

  const open = (more: Partial<WatchersOptions> = {}) => {
    watcher = openWatchers({ ...options, onHint: known.take, ...more })
    return watcher.watch({ name: 'in', path: root, recursive: true })
  }
  const rootHints = () => known.hints.filter((hint) => hint.is === 'root')
  const last = () => rootHints().at(-1)

  test('says how a root is watched and why', async () => {
    expect(await open()).toEqual({ backend: 'inotify', reason: 'local ext4' })
  })

  test('scans a root on a network file system again and again', async () => {
    const state = await open({ fileSystemOf: async () => network })
    expect(state).toEqual({
      backend: 'poll',
      reason: "nfs4 sends no events for other machines' writes: scanned every 0.05 s",
    })
    await known.until(() => rootHints().length >= 2, 'two scans')
    expect(last()).toEqual({ is: 'root', root: 'in', reason: 'scanned every 0.05 s', lost: false, routine: true })
  })

  test('scans as well as it listens where events are wanted but say too little', async () => {
    const { backend } = await open({ backendOf: () => 'inotify', fileSystemOf: async () => network })
    expect(backend).toBe('inotify')
    writeFileSync(`${root}/a`, '')
    await known.until(() => known.hints.some((hint) => hint.is === 'path'), 'an event')
    await known.until(() => rootHints().length >= 2, 'two scans')
  })

  test('refuses a root that can\'t be looked up, calls it lost, and watches it once it can', async () => {
    let fileSystem: FileSystem | Fault = missing
    const refused = open({ fileSystemOf: async () => fileSystem })
    await expect(refused).rejects.toBe(missing)
    await known.until(() => rootHints().length >= 2, 'two scans')
    expect(last()).toMatchObject({ reason: `${missing.message}; scanned every 0.05 s`, lost: true, routine: true })
    fileSystem = local
    await known.until(() => last()?.lost === false, 'the root to be watched')
    writeFileSync(`${root}/a`, '')
    await known.until(() => known.hints.some((hint) => hint.is === 'path'), 'an event')
  })

  test('scans a root that was lost until it is watched again', async () => {
    await open()
    rmSync(root, { recursive: true })
    await known.until(() => rootHints().filter((hint) => hint.lost).length >= 3, 'scans of a lost root')
    mkdirSync(root)
    await known.until(() => last()?.lost === false, 'the root to be watched')
    expect(await watcher.watch({ name: 'in', path: root, recursive: true })).toMatchObject({ backend: 'inotify' })
  })

  test('listens no more when a network file system is mounted over the root', async () => {
    let fileSystem = local
    await open({ fileSystemOf: async () => fileSystem })
    fileSystem = network
    const other = mkdtempSync(`${tmpdir()}/watchers-`)
    renameSync(root, `${root}-away`)
    renameSync(other, root)
    await known.until(() => last()?.reason === 'scanned every 0.05 s', 'the root to be scanned')
    rmSync(`${root}-away`, { recursive: true })
    const before = known.hints.length
    writeFileSync(`${root}/a`, '')
    await known.until(() => known.files.has(`${root}/a`), 'the file')
    expect(known.hints.slice(before).filter((hint) => hint.is === 'path')).toEqual([])
  })

  test('listens as soon as it is asked on a local file system that took the place of a network one', async () => {
    let fileSystem = network
    await open({ fileSystemOf: async () => fileSystem })
    fileSystem = local
    expect(await watcher.watch({ name: 'in', path: root, recursive: true })).toEqual({ backend: 'inotify', reason: 'local ext4' })
    writeFileSync(`${root}/a`, '')
    await known.until(() => known.hints.some((hint) => hint.is === 'path'), 'an event')
  })

  test('gives a canary\'s silence as a reason to scan, until it is heard', async () => {
    const canary = `${root}/.carbonation-canary`
    mkdirSync(`${canary}/in-the-way`, { recursive: true })
    const watching = { name: 'in', path: root, recursive: false, canary: true }
    await open()
    await watcher.watch(watching)
    await known.until(() => last()?.lost === true, 'the root to be lost')
    const { reason } = await watcher.watch(watching)
    expect(reason).toMatch(/^local ext4; no file can be made in it to see whether its events arrive \(\w+\): scanned every 0.05 s$/)
    rmSync(canary, { recursive: true })
    await known.until(() => last()?.lost === false, 'the root to be trusted')
    expect(await watcher.watch(watching)).toEqual({ backend: 'inotify', reason: 'local ext4' })
    expect(known.hints.filter((hint) => hint.is === 'path' && hint.path === canary)).toEqual([])
  })
})
