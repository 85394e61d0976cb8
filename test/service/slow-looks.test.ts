import { afterEach, expect, test } from 'bun:test'
import type { Millis } from '../../src/domain/time.ts'
import { archived } from '../fakes/service.ts'
import { fakeDaemon, type FakeDaemon } from '../fakes/daemon.ts'

let daemon: FakeDaemon
afterEach(async () => {
  await daemon.stop()
  await daemon.close()
})

/** A service whose looks at files each take so long, and how many files they were asked for. */
const withLooksOf = async (ms: Millis): Promise<{ asked: () => number; listed: () => number }> => {
  let [asked, listed] = [0, 0]
  daemon = await fakeDaemon({
    watch: { settleMs: 2000 },
    alter: (parts) => ({
      ...parts,
      files: {
        ...parts.files,
        listSome: (directories) => {
          listed += directories.length
          return parts.files.listSome(directories)
        },
        look: async (paths, follow) => {
          asked += paths.length
          await parts.clock.sleep(ms)
          return parts.files.look(paths, follow)
        },
      },
    }),
  })
  return { asked: () => asked, listed: () => listed }
}

for (const ms of [3000, 5000, 20_000]) {
  test(`a file that changed while it was looked at settles where each look takes ${ms / 1000} s, far longer than it has to be quiet`, async () => {
    const { asked } = await withLooksOf(ms)
    daemon.produce('a.txt', 'one')
    await daemon.clock.advance(ms - 500)
    daemon.produce('a.txt', 'one and two')
    await daemon.clock.advance(5 * ms)
    expect(archived(daemon)).toEqual({ 'a.txt': 'one and two' })
    expect(asked()).toBeLessThanOrEqual(5)
  })
}

test('what is written while others are still looked at is looked at next, and nothing is scanned for it', async () => {
  const { listed } = await withLooksOf(5000)
  const before = listed()
  daemon.produce('a.txt', 'one')
  await daemon.clock.advance(3000)
  const rounds = daemon.rounds
  for (const name of ['b.txt', 'c.txt']) daemon.produce(name, 'two')
  await daemon.clock.advance(1000)
  expect(daemon.rounds - rounds).toBeLessThan(10)
  await daemon.clock.advance(20_000)
  expect(archived(daemon)).toEqual({ 'a.txt': 'one', 'b.txt': 'two', 'c.txt': 'two' })
  expect(listed() - before).toBe(0)
})
