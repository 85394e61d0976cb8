import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { rulesJson, rulesText } from '../../src/cli/check-rules.ts'
import type { RuleSet, SelectionRule } from '../../src/config/rules.ts'
import { compareRules } from '../../src/service/compare-rules.ts'
import { anArchive, aRuleSet } from '../fakes/builders.ts'
import { fakeService, type FakeService } from '../fakes/service.ts'

const has = (key: string, more: Partial<SelectionRule> = {}): SelectionRule =>
  ({ name: null, hasKeys: [key], lacksKeys: [], fields: [], function: null, kwargs: {}, ...more })

let service: FakeService
beforeEach(async () => {
  service = await fakeService({
    rules: { metadataModule: 'm', selection: [has('a')] },
    plugins: {
      extract: ([path]) => ({ [path?.at(-5) ?? '']: 1 }),
      functions: { broken: () => { throw new Error('oh') } },
    },
  })
  Object.assign(service.parts.config, { archives: [anArchive(), anArchive({ name: 'second', basePath: '/second' })] })
  await service.deliver({ '1a.txt': '1', '2a.txt': '2', '1b.txt': '3' })
})
afterEach(() => service.close())

const compare = (candidate: Partial<RuleSet>) => {
  const { rules, config, sql, plugins, clock } = service.parts
  const set = { ...aRuleSet(rules()['r']), ...candidate }
  return compareRules(rules(), { r: set }, { config, sql, plugins }, clock.now(), new AbortController().signal)
}

describe('a candidate for the rules', () => {
  test('that says the same changes nothing', async () => {
    expect(rulesText(await compare({}))).toBe(
      'Evaluated 3 completed group(s):\n  Newly accepted:  0\n  Newly rejected:  0\n  Rerouted:        0\n',
    )
  })

  test('may accept what was refused, reject what was archived, and send elsewhere', async () => {
    const found = await compare({
      selection: [has('b'), has('a', { fields: [{ name: 'a', matches: [/1/], notMatches: [] }] })],
      routing: [{ name: null, match: '1*', archive: 'second' }],
    })
    expect(rulesText(found)).toBe(`Evaluated 3 completed group(s):
  Newly accepted:  1
  Newly rejected:  0
  Rerouted:        1

Newly accepted: 1b.txt

  1a.txt: main -> second
`)
    expect(rulesText(await compare({ selection: [has('c')] }))).toBe(`Evaluated 3 completed group(s):
  Newly accepted:  0
  Newly rejected:  2
  Rerouted:        0

Newly rejected: 1a.txt, 2a.txt
`)
  })

  test('is told as JSON with the column names', async () => {
    expect(JSON.parse(rulesJson(await compare({ selection: [], routing: [{ name: null, match: '2*', archive: 'second' }] })))).toEqual({
      evaluated: 3, newly_accepted: [{ watch_name: 'w', group_key: '1b.txt' }], newly_rejected: [],
      rerouted: [{ watch_name: 'w', group_key: '2a.txt', from: 'main', to: 'second' }], undecided: [],
    })
  })

  test('whose function throws leaves the groups undecided', async () => {
    const found = await compare({ selection: [has('a', { hasKeys: [], function: 'broken' })] })
    expect(found.undecided.map((one) => `${one.key}: ${one.fault.message}`).toSorted()).toEqual([
      '1a.txt: file_model.ts:1: oh', '1b.txt: file_model.ts:1: oh', '2a.txt: file_model.ts:1: oh',
    ])
  })

  test('has nothing to be held against in an empty ledger', async () => {
    await service.parts.sql.run('update files set complete = 0')
    expect(rulesText(await compare({}))).toBe('No completed groups in database to evaluate.\n')
  })

  test('writes nothing', async () => {
    const before = await service.parts.sql.all('select * from files')
    await compare({ selection: [has('c')] })
    expect(await service.parts.sql.all('select * from files')).toEqual(before)
  })
})
