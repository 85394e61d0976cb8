import { describe, expect, test } from 'bun:test'
import { Fault } from '../../src/domain/fault.ts'
import { hour, minute, second } from '../../src/domain/time.ts'
import { askHowWatched, howWatched, judgeHints, openRoots, scanInterval, type Root } from '../../src/service/roots.ts'
import type { Watcher } from '../../src/world.ts'
import { aConfig, aWatch } from '../fakes/builders.ts'

/** Nobody wants it to stop. */
const going = new AbortController().signal

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
  expect(openRoots([aWatch(), aWatch({ name: 'v' })]).map((one) => [one.watch.name, one.scanReason?.why, one.nextScanAt])).toEqual([
    ['w', 'the service starts', 0], ['v', 'the service starts', 0],
  ])
})

describe('a root is scanned again', () => {
  test('after ten minutes at the latest, where its events can be trusted', () => {
    expect(scanInterval(aRoot(), { config })).toBe(10 * minute)
    expect(scanInterval(aRoot(), { config: aConfig({ service: { reconcileIntervalMs: minute } }) })).toBe(minute)
  })

  test('after scan_interval where they cannot', () => {
    for (const more of [{ state: { backend: 'poll', reason: 'nfs' } }, { state: new Fault('it is not there') }, { blindness: 'files came without an event' }] as const) {
      expect(scanInterval(aRoot(more), { config })).toBe(10 * second)
    }
  })
})

describe('a file that no hint announced', () => {
  const blind = '1 files came without an event, twice running: scanned every 10 s instead'

  test('counts; twice running, and the root is taken for blind, and says so', () => {
    const [root, { lines, log: own }] = [aRoot(), log()]
    judgeHints(root, 2, { log: own, config })
    expect([root.missedHints, root.blindness, lines.length]).toEqual([2, null, 0])
    judgeHints(root, 1, { log: own, config })
    expect([root.missedHints, root.blindness, lines]).toEqual([1, blind, [`WARNING watch w: ${blind}`]])
    expect(howWatched(root)).toEqual({ backend: 'inotify', reason: `it is local; ${blind}` })
    judgeHints(root, 1, { log: own, config })
    expect(lines).toHaveLength(1)
  })

  test('once in a while is forgiven', () => {
    const [root, { log: own }] = [aRoot(), log()]
    for (const missed of [2, 0, 1, 0]) judgeHints(root, missed, { log: own, config })
    expect(root.blindness).toBeNull()
  })

  test('leaves a root blind until, twice running, events told of files and a scan found no others', () => {
    const [root, { log: own }] = [aRoot({ blindness: blind }), log()]
    const scanned = (heard: number, missed: number) => {
      root.heardHints = heard
      judgeHints(root, missed, { log: own, config })
      return root.blindness
    }
    for (let quiet = 0; quiet < 100; quiet += 1) expect(scanned(0, 0)).toBe(blind)
    expect([scanned(3, 0), scanned(1, 1), scanned(2, 0), scanned(0, 0), scanned(1, 0)]).toEqual([blind, blind, blind, blind, null])
  })
})

test('a root that cannot be watched stops only itself, and says why', async () => {
  const { lines, log: own } = log()
  const roots = openRoots([aWatch(), aWatch({ name: 'v', canary: true })])
  const watched: unknown[] = []
  const watcher: Watcher = {
    watch: async (root) => {
      const { name } = root
      watched.push(root)
      if (name === 'w') throw new Fault('/in is not there', { remedy: 'make it' })
      return { backend: 'poll', reason: 'it was asked for' }
    },
    unwatch: async () => undefined, close: async () => undefined,
  }
  for (const root of roots) await askHowWatched(root, watcher, { log: own, signal: going })
  expect(watched).toEqual([
    { name: 'w', path: '/in', recursive: false, canary: false }, { name: 'v', path: '/in', recursive: false, canary: true },
  ])
  expect(roots.map((one) => (one.state instanceof Fault ? one.state.message : one.state.backend))).toEqual(['/in is not there', 'poll'])
  expect(lines).toEqual(['WARNING watch w: /in is not there; make it', 'INFO watch v: poll, it was asked for'])
})

test('a root whose watching ends with the service is no news', async () => {
  const { lines, log: own } = log()
  const root = aRoot({ scanReason: null })
  const end = new AbortController()
  const watcher: Watcher = {
    watch: async () => {
      end.abort()
      throw new Fault('w is not to be watched any more')
    },
    unwatch: async () => undefined, close: async () => undefined,
  }
  await askHowWatched(root, watcher, { log: own, signal: end.signal })
  expect(lines).toEqual([])
})

test('a root that is watched in another way is told of once, and scanned where its events begin to count', async () => {
  const { lines, log: own } = log()
  const root = aRoot({ state: { backend: 'poll', reason: 'nfs' }, scanReason: null })
  const watcher: Watcher = {
    watch: async () => ({ backend: 'inotify', reason: 'local ext4' }), unwatch: async () => undefined, close: async () => undefined,
  }
  await askHowWatched(root, watcher, { log: own, signal: going })
  await askHowWatched(root, watcher, { log: own, signal: going })
  expect(lines).toEqual(['INFO watch w: inotify, local ext4'])
  expect(root.scanReason).toEqual({ why: 'its events are listened to from now on' })
})
