import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { binary, readTree, runOnce, writeProject, writeTree } from './project.ts'
import { canTrace } from './strace.ts'

/** What a file costs in system calls, counted, since no noise moves a count. */
setDefaultTimeout(60_000)

type Counts = ReadonlyMap<string, number>

/** The calls of a pass over so many pairs, by name, as `strace -c` counts them. */
const callsFor = (root: string, pairs: number, action: 'copy' | 'move'): Counts => {
  writeProject(root, { action, onRedelivery: 'version', strangers: {} })
  const one = (n: number) => ({ [`p${n}.txt`]: `text of ${n}\n`, [`p${n}.json`]: JSON.stringify({ category: 'alpha', n }) })
  for (let n = 0; n < pairs; n += 1) writeTree(join(root, 'delivery'), one(n))
  const log = `${root}.counts`
  expect(runOnce(root, ['strace', '-f', '-c', '-U', 'calls,name', '-o', log]).exitCode).toBe(0)
  expect(Object.keys(readTree(join(root, 'archive')))).toHaveLength(2 * pairs)
  return new Map(readFileSync(log, 'utf8').split('\n').flatMap((line) => {
    const [, calls, name] = /^\s*(\d+)\s+(\w+)\s*$/.exec(line) ?? []
    return name === undefined ? [] : [[name, Number(calls)] as const]
  }))
}

describe.skipIf(!existsSync(binary) || !canTrace())('a file costs no more than', () => {
  let root = ''
  beforeEach(() => {
    root = mkdtempSync(`${tmpdir()}/carbonation-costs-`)
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  /** What a thousand files more cost, divided by them: the start and the end of a pass fall out. */
  const costs = (action: 'copy' | 'move') => {
    const [few, many] = [callsFor(join(root, 'few'), 100, action), callsFor(join(root, 'many'), 600, action)]
    return (...names: readonly string[]) =>
      names.reduce((sum, name) => sum + (many.get(name) ?? 0) - (few.get(name) ?? 0), 0) / 1000
  }

  test('these calls, when it is copied', () => {
    const calls = costs('copy')
    expect(calls('statx', 'newfstatat', 'fstat', 'stat', 'lstat')).toBeLessThan(5.1)
    expect(calls('access', 'faccessat', 'faccessat2')).toBeLessThan(1.05)
    expect(calls('openat')).toBeLessThan(2.6)
    expect(calls('renameat2', 'rename')).toBeLessThan(1.05)
    expect(calls('fsync', 'fdatasync', 'syncfs')).toBeLessThan(0.05)
    expect(calls('fchmod', 'chmod', 'utimensat')).toBeLessThan(2.05)
    expect(calls('mkdir', 'unlink', 'unlinkat', 'rmdir', 'flock', 'fcntl')).toBeLessThan(0.2)
    expect(calls('statfs')).toBeLessThan(0.1)
  })

  test('a rename and a removal besides, when it is moved', () => {
    const calls = costs('move')
    expect(calls('renameat2', 'rename')).toBeLessThan(2.05)
    expect(calls('unlink', 'unlinkat')).toBeLessThan(1.1)
    expect(calls('openat')).toBeLessThan(2.6)
    expect(calls('fsync', 'fdatasync', 'syncfs')).toBeLessThan(0.05)
  })
})
