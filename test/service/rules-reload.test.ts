import { expect, test } from 'bun:test'
import type { Rules } from '../../src/config/rules.ts'
import { Fault } from '../../src/domain/fault.ts'
import { rulesReload } from '../../src/service/rules-reload.ts'
import { aRuleSet } from '../fakes/builders.ts'
import { fakeClock } from '../fakes/clock.ts'

const rig = () => {
  const clock = fakeClock()
  const log: string[] = []
  const swapped: Rules[] = []
  const file = { signature: 'first', mistake: null as Fault | Error | null, reads: 0 }
  const reload = rulesReload({
    clock, signature: () => file.signature, swap: (rules) => void swapped.push(rules),
    log: { write: (level, message) => void log.push(`${level} ${message}`), close: async () => undefined },
    read: async () => {
      file.reads += 1
      if (file.mistake !== null) throw file.mistake
      return { r: aRuleSet({ digest: file.signature }) }
    },
  })
  const check = async (waitMs = 0) => {
    await clock.advance(waitMs)
    await reload.check()
  }
  return { file, check, log, swapped, reload }
}

test('rules that stand as they were are not read', async () => {
  const { file, check } = rig()
  await check(60_000)
  expect(file.reads).toBe(0)
})

test('changed rules are read once, after half a second of quiet', async () => {
  const { file, check, swapped } = rig()
  file.signature = 'second'
  await check()
  await check(499)
  expect(file.reads).toBe(0)
  await check(1)
  await check(1000)
  expect([file.reads, swapped[0]?.['r']?.digest]).toEqual([1, 'second'])
})

test('a file that is being written begins its quiet anew', async () => {
  const { file, check } = rig()
  for (const state of ['second', 'third', 'fourth']) {
    file.signature = state
    await check(400)
  }
  expect(file.reads).toBe(0)
})

test('a file that is away, as between an editor\'s two renames, is waited for', async () => {
  const { file, check, swapped } = rig()
  file.signature = ''
  await check()
  await check(5000)
  expect(file.reads).toBe(0)
  file.signature = 'second'
  await check()
  await check(500)
  expect(swapped).toHaveLength(1)
})

test('wrong rules are refused with their reason, and the old ones stay', async () => {
  const { file, check, swapped, log, reload } = rig()
  Object.assign(file, { signature: 'wrong', mistake: new Fault('rules.toml:3 is wrong', { remedy: 'mend it' }) })
  await check()
  await check(500)
  await check(500)
  expect([swapped.length, file.reads, reload.refused()]).toEqual([0, 1, 'rules.toml:3 is wrong; mend it'])
  expect(log).toEqual(['ERROR the rules changed and are refused, the old ones stay: rules.toml:3 is wrong; mend it'])
})

test('mended rules are in force, and nothing is refused any more', async () => {
  const { file, check, swapped, reload } = rig()
  Object.assign(file, { signature: 'wrong', mistake: new Fault('wrong') })
  await check()
  await check(500)
  Object.assign(file, { signature: 'mended', mistake: null })
  await check()
  await check(500)
  expect([swapped.length, reload.refused()]).toEqual([1, null])
})

test('a bug is not taken for wrong rules', async () => {
  const { file, check } = rig()
  Object.assign(file, { signature: 'second', mistake: new TypeError('oh') })
  await check()
  await expect(check(500)).rejects.toThrow('oh')
})
