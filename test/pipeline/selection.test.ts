import { describe, expect, test } from 'bun:test'
import type { SelectionRule } from '../../src/config/rules.ts'
import { selection } from '../../src/pipeline/selection.ts'
import { aGroup, aKnownComponent } from '../fakes/builders.ts'
import { decide, fakeWorld, standings } from '../fakes/world.ts'

const rule = (more: Partial<SelectionRule> = {}): SelectionRule =>
  ({ name: null, hasKeys: [], lacksKeys: [], fields: [], function: null, kwargs: {}, ...more })
const field = (name: string, matches: RegExp[], notMatches: RegExp[] = []) => ({ name, matches, notMatches })
const select = (rules: readonly SelectionRule[], metadata: Record<string, unknown> = {}, functions = {}) =>
  decide(selection, aGroup({ metadata }), fakeWorld({ rules: { selection: rules }, plugins: { functions } }))
const takes = async (one: SelectionRule, metadata: Record<string, unknown>) => (await select([one], metadata)).is === 'go'

test('without rules everything is wanted', async () => {
  expect(await select([])).toMatchObject({ is: 'go', group: { selectedBy: 'no selection rules' } })
})

test('what no rule takes is not selected, and the reason says of how many', async () => {
  const decision = await select([rule({ hasKeys: ['a'] }), rule({ hasKeys: ['b'] })])
  expect([decision.is, ...standings(decision)]).toEqual(['rest', 'a.txt not_selected: none of 2 selection rules took it'])
})

test('one rule that takes a group is enough, and is named', async () => {
  const rules = [rule({ hasKeys: ['a'] }), rule({ hasKeys: ['b'] }), rule({ hasKeys: ['b'], name: 'third' })]
  expect((await select(rules, { b: 1 })).group.selectedBy).toBe('selection rule 2')
  expect((await select(rules.toReversed(), { b: 1 })).group.selectedBy).toBe('third')
})

describe('a rule', () => {
  test('wants its keys to have a value, null being none', async () => {
    expect(await takes(rule({ hasKeys: ['a'] }), { a: 0 })).toBe(true)
    expect(await takes(rule({ hasKeys: ['a'] }), { a: null })).toBe(false)
  })

  test('wants other keys to have none', async () => {
    expect(await takes(rule({ lacksKeys: ['a'] }), { a: null })).toBe(true)
    expect(await takes(rule({ lacksKeys: ['a'] }), { a: '' })).toBe(false)
  })

  test('wants a field to match any of its patterns', async () => {
    const one = rule({ fields: [field('a', [/^x/, /^y/])] })
    expect([await takes(one, { a: 'yes' }), await takes(one, { a: 'no' }), await takes(one, {})]).toEqual([true, false, false])
  })

  test('wants a field to match none of others; a field that is absent matches nothing', async () => {
    const one = rule({ fields: [field('a', [], [/^x/])] })
    expect([await takes(one, { a: 'yes' }), await takes(one, { a: 'xes' }), await takes(one, {})]).toEqual([true, false, true])
  })

  test('matches numbers as they are written', async () => {
    expect(await takes(rule({ fields: [field('n', [/^12$/])] }), { n: 12 })).toBe(true)
  })

  test('takes a group only where all of its conditions hold', async () => {
    const one = rule({ hasKeys: ['a'], fields: [field('b', [/x/])] })
    expect([await takes(one, { a: 1, b: 'x' }), await takes(one, { a: 1 }), await takes(one, { b: 'x' })]).toEqual([true, false, false])
  })

  test('asks its function, with the metadata and its arguments', async () => {
    const wanted = (metadata: Record<string, unknown>, kwargs: Record<string, unknown>) => metadata['a'] === kwargs['is']
    const one = rule({ function: 'wanted', kwargs: { is: 5 } })
    expect((await select([one], { a: 5 }, { wanted })).is).toBe('go')
    expect((await select([one], { a: 6 }, { wanted })).is).toBe('rest')
  })

  test('whose function throws decides nothing: it is a fault', async () => {
    const wanted = () => {
      throw new Error('oh')
    }
    expect((await select([rule({ function: 'wanted' })], {}, { wanted })).is).toBe('fault')
  })
})

test('members that were decided about before keep their status', async () => {
  const group = aGroup({ members: ['.txt', aKnownComponent('/in/a.bad', 'integrity_failed')] })
  const decision = await decide(selection, group, fakeWorld({ rules: { selection: [rule({ hasKeys: ['a'] })] } }))
  expect(standings(decision)[1]).toBe('a.bad integrity_failed')
})
