import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { canMount, mount } from '../binary/small-disk.ts'
import type { Tree } from './corpus.ts'
import { nightAway } from './night.ts'
import { binary, readTree, runOnce, writeProject, writeTree } from './project.ts'
import { canTrace, trace } from './strace.ts'
import { componentsIn, letTimePass, settleDown, wrongsInTheEnd, outcomeOf } from './verdict.ts'

/** An archive that is full, read-only or away as a whole: its groups wait without using up retries, and all heals by
 *  itself. */
setDefaultTimeout(60_000)

const pair = (stem: string, category: string, bytes: number): Tree => ({
  [`${stem}.txt`]: stem.padEnd(bytes, '.'), [`${stem}.json`]: JSON.stringify({ category, note: stem }),
})

const isAble = existsSync(binary)

describe.skipIf(!isAble)('an archive in trouble', () => {
  let root = ''
  let mounted: string[] = []
  beforeEach(() => {
    root = join(mkdtempSync(`${tmpdir()}/carbonation-trouble-`), 'p')
    mounted = []
  })
  afterEach(() => {
    for (const place of mounted.toReversed()) Bun.spawnSync(['umount', '-l', place])
    rmSync(dirname(root), { recursive: true, force: true })
  })

  const open = (action: 'copy' | 'move' = 'move') => writeProject(root, { action, onRedelivery: 'version', strangers: {} })
  const mountAt = (relative: string, options = 'size=4m') => {
    mkdirSync(`${root}/${relative}`, { recursive: true })
    if (!mount('-t', 'tmpfs', '-o', options, 'tmpfs', `${root}/${relative}`)) throw new Error('cannot mount')
    mounted.push(`${root}/${relative}`)
  }
  const deliver = (tree: Tree) => writeTree(`${root}/delivery`, tree)
  const statuses = () =>
    Object.fromEntries(componentsIn(root).map((row) => [relative(`${root}/delivery`, row.source_path), row.status]))
  const messages = () => [...new Set(componentsIn(root).flatMap((row) => row.error_message ?? []))]
  const retries = () => componentsIn(root).reduce((sum, row) => sum + Number(Reflect.get(row, 'retry_count')), 0)
  const once = () => {
    letTimePass(root)
    const { exitCode, stderr } = runOnce(root)
    return { exitCode, stderr }
  }
  const isHealed = (): void => {
    expect(settleDown(root)).toEqual([])
    expect(wrongsInTheEnd(root, outcomeOf(root))).toEqual([])
    expect(new Set(Object.values(statuses()))).toEqual(new Set(['archived']))
    expect(retries()).toBe(0)
  }

  test('is not the disk that it was: nothing is written there, and all waits for it', () => {
    open()
    deliver(pair('first', 'alpha', 100))
    runOnce(root)
    renameSync(`${root}/archive`, `${root}/elsewhere`)
    mkdirSync(`${root}/archive`)
    deliver(pair('second', 'alpha', 200))
    for (const _ of [1, 2]) expect(once().exitCode).toBe(0)
    expect(readdirSync(`${root}/archive`)).toEqual([])
    expect(statuses()).toMatchObject({ 'second.txt': 'retry_pending', 'second.json': 'retry_pending' })
    expect(messages()).toEqual([
      `the archive main at ${root}/archive has no ${root}/archive/.carbonation/archive-id: not mounted?; ` +
        'mount it, or run "carbonation archive accept main" to take the new disk',
    ])
    rmdirSync(`${root}/archive`)
    renameSync(`${root}/elsewhere`, `${root}/archive`)
    isHealed()
  })

  test('is away for a night: hundreds of files are held, and come through in the morning without a person', () => {
    expect(nightAway(root, 300)).toEqual([])
  })

  test.skipIf(!canMount())('is full: what fits is archived, what does not waits for room', () => {
    open()
    mountAt('archive', 'size=3m')
    deliver({ ...pair('large', 'alpha', 4_000_000), ...pair('small', 'alpha', 1000), ...pair('tiny', 'beta', 10) })
    for (const _ of [1, 2]) expect(once().exitCode).toBe(0)
    expect(statuses()).toEqual({
      'large.txt': 'retry_pending', 'large.json': 'retry_pending', 'small.txt': 'archived', 'small.json': 'archived',
      'tiny.txt': 'archived', 'tiny.json': 'archived',
    })
    expect(messages()[0]).toMatch(/the archive main at .* is full: the \d+ bytes of large do not fit in \d+; make room/)
    expect(mount('-o', 'remount,size=12m', `${root}/archive`)).toBe(true)
    isHealed()
  })

  test.skipIf(!canMount())('fills up under the copy: the staged bytes go at once', () => {
    open('copy')
    mountAt('archive', 'size=6m,nr_inodes=12')
    deliver(Object.assign({}, ...[1, 2, 3, 4, 5].map((n) => pair(`p${n}`, 'alpha', 1000 * n))))
    expect(once().exitCode).toBe(0)
    expect(Object.values(statuses())).toContain('retry_pending')
    expect(messages()[0]).toContain('the disk is full; make room on it')
    expect(readTree(`${root}/archive/.carbonation/staging`)).toEqual({})
    expect(mount('-o', 'remount,nr_inodes=100', `${root}/archive`)).toBe(true)
    isHealed()
  })

  test.skipIf(!canMount())('is read-only: all waits until it can be written', () => {
    open()
    mountAt('archive')
    deliver(pair('first', 'alpha', 100))
    runOnce(root)
    expect(mount('-o', 'remount,ro', `${root}/archive`)).toBe(true)
    deliver(pair('second', 'alpha', 200))
    for (const _ of [1, 2]) expect(once().exitCode).toBe(0)
    expect(statuses()).toMatchObject({ 'second.txt': 'retry_pending', 'first.txt': 'archived' })
    expect(messages()).toEqual([`the archive main at ${root}/archive is on a read-only file system; mount it for writing`])
    expect(mount('-o', 'remount,rw', `${root}/archive`)).toBe(true)
    isHealed()
  })

  test.skipIf(!canMount())('has a part that is another file system: what belongs there is staged there', () => {
    open()
    mountAt('archive/alpha')
    deliver({ ...pair('here', 'alpha', 3000), ...pair('there', 'beta', 2000) })
    expect(once().exitCode).toBe(0)
    isHealed()
    expect(Object.keys(readTree(`${root}/archive`)).toSorted()).toEqual([
      'alpha/here.json', 'alpha/here.txt', 'beta/there.json', 'beta/there.txt',
    ])
    Bun.spawnSync(['umount', mounted.pop() ?? ''])
    deliver(pair('late', 'alpha', 500))
    expect(once().exitCode).toBe(0)
    expect(statuses()).toMatchObject({ 'late.txt': 'retry_pending' })
    expect(messages()[0]).toContain(
      `${root}/archive/alpha of the archive main is not the file system that it was: not mounted?; mount it`,
    )
  })

  test.skipIf(!canMount() || !canTrace())('has a part that is another file system: a run that dies there leaves nothing', () => {
    open()
    mountAt('archive/alpha')
    deliver({ ...pair('here', 'alpha', 3000), ...pair('other', 'alpha', 100), ...pair('there', 'beta', 2000) })
    const { killed } = trace(root, 'renameat2:signal=SIGKILL:when=3')
    expect(killed).toBe(true)
    expect(settleDown(root)).toEqual([])
    expect(new Set(Object.values(statuses()))).toEqual(new Set(['archived']))
    expect(readdirSync(`${root}/archive/alpha/.carbonation/staging`)).toEqual([])
    expect(readdirSync(`${root}/archive/.carbonation/staging`)).toEqual([])
  })
})
