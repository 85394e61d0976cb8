import { afterEach, expect, test } from 'bun:test'
import { hour, minute } from '../../src/domain/time.ts'
import { fakeDaemon, type FakeDaemon } from '../fakes/daemon.ts'

let daemon: FakeDaemon
afterEach(() => daemon.close())

/** A service whose loop stands still in each round as long as `gate` is there. */
const open = async (): Promise<{ fed: () => number; stall: () => () => void }> => {
  let fed = 0
  let gate: Promise<void> | null = null
  daemon = await fakeDaemon({
    alter: (parts) => ({
      ...parts,
      supervisor: { ...parts.supervisor, alive: () => void (fed += 1) },
      reload: async () => {
        if (gate !== null) await gate
      },
    }),
  })
  return {
    fed: () => fed,
    stall: () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      gate = promise
      return () => {
        gate = null
        resolve()
      }
    },
  }
}

test('the watchdog of systemd is fed by the rounds of the loop, and not while the loop stands still', async () => {
  const { fed, stall } = await open()
  const before = fed()
  await daemon.clock.advance(minute)
  expect(fed()).toBeGreaterThan(before + 50)
  const goOn = stall()
  await daemon.clock.advance(minute)
  const stalled = fed()
  await daemon.clock.advance(hour)
  expect(fed()).toBe(stalled)
  goOn()
  await daemon.clock.advance(minute)
  expect(fed()).toBeGreaterThan(stalled + 50)
  await daemon.stop()
})
