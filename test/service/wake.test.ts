import { expect, test } from 'bun:test'
import { openWake } from '../../src/service/wake.ts'
import { fakeClock } from '../fakes/clock.ts'

const forever = new AbortController().signal
const isOver = async (work: Promise<void>): Promise<boolean> => {
  const pending = Symbol('pending')
  await new Promise((resolve) => setImmediate(resolve))
  return (await Promise.race([work, Promise.resolve(pending)])) !== pending
}

test('a rest ends with its time', async () => {
  const clock = fakeClock()
  const rest = openWake(clock).until(1000, forever)
  await clock.advance(999)
  expect(await isOver(rest)).toBe(false)
  await clock.advance(1)
  expect(await isOver(rest)).toBe(true)
})

test('a rest ends when somebody calls', async () => {
  const clock = fakeClock()
  const wake = openWake(clock)
  const rest = wake.until(1000, forever)
  wake.up()
  expect(await isOver(rest)).toBe(true)
  expect(await isOver(wake.until(1000, forever))).toBe(false)
})

test('a call while nobody rests ends the next rest, and that one alone', async () => {
  const wake = openWake(fakeClock())
  wake.up()
  wake.up()
  expect(await isOver(wake.until(1000, forever))).toBe(true)
  expect(await isOver(wake.until(1000, forever))).toBe(false)
})

test('a rest ends with the service', async () => {
  const [wake, stop] = [openWake(fakeClock()), new AbortController()]
  const rest = wake.until(1000, stop.signal)
  stop.abort()
  expect(await isOver(rest)).toBe(true)
  expect(await isOver(wake.until(1000, stop.signal))).toBe(true)
})
