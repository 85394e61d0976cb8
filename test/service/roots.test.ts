import { describe, expect, test } from 'bun:test'
import { Fault } from '../../src/domain/fault.ts'
import { hour, minute, second } from '../../src/domain/time.ts'
import { judgeHints, openRoots, scanInterval, watchRoots, type Root } from '../../src/service/roots.ts'
import type { Watcher } from '../../src/world.ts'
import { aConfig, aWatch } from '../fakes/builders.ts'

const log = () => {
  const lines: string[] = []
  return { lines, log: { write: (level: string, message: string) => void lines.push(`${level} ${message}`), close: async () => undefined } }
}
const aRoot = (more: Partial<Root> = {}): Root => {
  const [root] = openRoots([aWatch()])
  if (root === undefined) throw new Error('no root')
  return Object.assign(root, { state: { backend: 'inotify', reason: 'it is local' } }, more)
}
const config = aConfig({ service: { scanIntervalMs: 10 * second, reconcileIntervalMs: 24 * hour } })

test('every root is scanned when the service starts', () => {
  expect(openRoots([aWatch(), aWatch({ name: 'v' })]).map((one) => [one.watch.name, one.scanReason, one.nextScanAt])).toEqual([
    ['w', 'the service starts', 0], ['v', 'the service starts', 0],
  ])
})

describe('a root is scanned again', () => {
  test('after ten minutes at the latest, where its events can be trusted', () => {
    expect(scanInterval(aRoot(), { config })).toBe(10 * minute)
    expect(scanInterval(aRoot(), { config: aConfig({ service: { reconcileIntervalMs: minute } }) })).toBe(minute)
  })

  test('after scan_interval where they cannot', () => {
    for (const more of [{ state: { backend: 'poll', reason: 'nfs' } }, { state: new Fault('it is not there') }, { isBlind: true }] as const) {
      expect(scanInterval(aRoot(more), { config })).toBe(10 * second)
    }
  })
})

describe('a file that no hint announced', () => {
  test('counts; twice running, and the root is taken for blind', () => {
    const [root, { lines, log: own }] = [aRoot(), log()]
    judgeHints(root, 2, { log: own })
    expect([root.missedHints, root.isBlind, lines.length]).toEqual([2, false, 0])
    judgeHints(root, 1, { log: own })
    expect([root.missedHints, root.isBlind, lines.length]).toEqual([1, true, 1])
    judgeHints(root, 1, { log: own })
    expect(lines).toHaveLength(1)
  })

  test('once in a while is forgiven', () => {
    const [root, { log: own }] = [aRoot(), log()]
    for (const missed of [2, 0, 1, 0]) judgeHints(root, missed, { log: own })
    expect(root.isBlind).toBe(false)
  })

  test('a root that was blind is trusted again after many scans without one', () => {
    const [root, { log: own }] = [aRoot({ isBlind: true, scans: 59 }), log()]
    judgeHints(root, 0, { log: own })
    expect(root.isBlind).toBe(true)
    root.scans = 60
    judgeHints(root, 0, { log: own })
    expect(root.isBlind).toBe(false)
  })
})

test('a root that cannot be watched stops only itself, and says why', async () => {
  const { lines, log: own } = log()
  const roots = openRoots([aWatch(), aWatch({ name: 'v' })])
  const watcher: Watcher = {
    watch: async ({ name }) => {
      if (name === 'w') throw new Fault('/in is not there', { remedy: 'make it' })
      return { backend: 'poll', reason: 'it was asked for' }
    },
    unwatch: async () => undefined, close: async () => undefined,
  }
  watchRoots(roots, watcher, { log: own })
  await new Promise((resolve) => setImmediate(resolve))
  expect(roots.map((one) => (one.state instanceof Fault ? one.state.message : one.state.backend))).toEqual(['/in is not there', 'poll'])
  expect(lines).toEqual(['WARNING watch w: /in is not there; make it', 'INFO watch v: poll, it was asked for'])
})
