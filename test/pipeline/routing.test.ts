import { expect, test } from 'bun:test'
import type { RoutingRule } from '../../src/config/rules.ts'
import { routing } from '../../src/pipeline/routing.ts'
import { aGroup, anArchive } from '../fakes/builders.ts'
import { decide, fakeWorld } from '../fakes/world.ts'

const archives = [anArchive(), anArchive({ name: 'other' })]
const route = (rules: readonly RoutingRule[], key = 'a', functions = {}) =>
  decide(routing, aGroup({ key, metadata: { to: 'other' } }), fakeWorld({ archives, rules: { routing: rules }, plugins: { functions } }))
const ending = async (decision: ReturnType<typeof route>) => {
  const one = await decision
  return one.is === 'fault' ? one.fault.sentence : `${one.is} ${one.group.archiveName} by ${one.group.routedBy}`
}

test('without rules a group goes to the archive of its watch', async () => {
  expect(await ending(route([]))).toBe('go main by the archive of the watch')
})

test('the first rule that matches names the archive', async () => {
  const rules = [
    { name: null, match: 'x*', archive: 'main' }, { name: 'all', match: '*', archive: 'other' }, { name: null, match: '*', archive: 'main' },
  ]
  expect(await ending(route(rules))).toBe('go other by all')
  expect(await ending(route(rules, 'x1'))).toBe('go main by routing rule 1')
})

test('a pattern is held against the whole key and its last part', async () => {
  const rules = [{ name: null, match: 'cal_*', archive: 'other' }]
  expect(await ending(route(rules, '2026/cal_1'))).toBe('go other by routing rule 1')
  expect(await ending(route(rules, 'cal_1/x'))).toBe('go other by routing rule 1')
  expect(await ending(route(rules, '2026/local_1'))).toBe('go main by the archive of the watch')
})

test('a function names the archive by the metadata, or none', async () => {
  const rules = [{ name: null, function: 'choose' }]
  expect(await ending(route(rules, 'a', { choose: (metadata: { to: string }) => metadata.to }))).toBe('go other by routing rule 1')
  expect(await ending(route(rules, 'a', { choose: () => null }))).toBe('go main by the archive of the watch')
})

test('an archive that the config does not have is a fault that names those there are', async () => {
  expect(await ending(route([{ name: null, function: 'choose' }], 'a', { choose: () => 'nowhere' }))).toBe(
    'routing rule 1 names the archive "nowhere", which config.toml does not have; use one of: main, other',
  )
})

test('a function that gives something else, or throws, is a fault', async () => {
  expect(await ending(route([{ name: null, function: 'choose' }], 'a', { choose: () => 5 }))).toContain('gave number')
  expect(await ending(route([{ name: null, function: 'none' }]))).toContain('none')
})

test('a pattern is compiled once for a batch, and not for each of its groups', async () => {
  let asked = 0
  const rule = { name: null, archive: 'other', get match() { return (asked += 1) > 0 ? 'x*' : '' } }
  const groups = Array.from({ length: 50 }, (_, index) => aGroup({ key: `a${index}` }))
  await Promise.all(routing.run(groups, fakeWorld({ archives, rules: { routing: [rule] } })))
  expect(asked).toBe(1)
})
