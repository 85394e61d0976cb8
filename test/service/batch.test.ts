import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { buildBatch, settingsOf } from '../../src/service/batch.ts'
import { openCandidates, type Candidate, type Fresh } from '../../src/service/candidates.ts'
import { second } from '../../src/domain/time.ts'
import { aConfig, anIdentity, aRuleSet, aWatch, pairs } from '../fakes/builders.ts'
import { fakeService, type FakeService } from '../fakes/service.ts'

describe('the settings of a watch', () => {
  const config = aConfig({ watches: [aWatch(), aWatch({ name: 'v', rules: 's', archive: '' })] })
  const rules = { r: aRuleSet(), s: aRuleSet({ name: 's', archive: 'kept' }) }

  test('are its own and those of its rule set', () => {
    const settings = settingsOf(config, rules)('w')
    expect([settings.watch.name, settings.rules.name, settings.watch.archive]).toEqual(['w', 'r', 'main'])
  })

  test('have the archive of the rule set where the watch names none', () => {
    expect(settingsOf(config, rules)('v').watch.archive).toBe('kept')
  })

  test('do not change under whoever holds them', () => {
    const held = settingsOf(config, rules)
    settingsOf(config, { ...rules, r: aRuleSet({ digest: 'rules-2' }) })
    expect(held('w').rules.digest).toBe('rules-1')
  })

  test('of a watch that is not there are a bug', () => {
    expect(() => settingsOf(config, rules)('none')).toThrow('none')
  })
})

describe('a batch', () => {
  let service: FakeService
  beforeEach(async () => {
    service = await fakeService({ rules: { completeness: pairs() } })
  })
  afterEach(() => service.close())

  const candidates = (...fresh: readonly (readonly [string, Fresh | null])[]): readonly Candidate[] => {
    const queue = openCandidates()
    for (const [key, one] of fresh) queue.add('w', key, one)
    return queue.take(10, 1_000_000)
  }
  const build = (own: readonly Candidate[]) => {
    const { parts, clock } = service
    return buildBatch(own, settingsOf(parts.config, parts.rules()), clock.now(), parts)
  }
  const seen = (name: string): Fresh => ({ path: `/in/${name}`, identity: anIdentity() })
  const path = '/in/a.txt'

  test('has a new group for files that the ledger does not know', async () => {
    const [group] = await build(candidates(['a', seen('a.txt')], ['a', seen('a.json')]))
    expect(group).toMatchObject({
      id: null, key: 'a', generation: 1, rulesDigest: 'rules-1', primaryExtension: '.json',
      members: [{ id: null, path, extension: '.txt', fresh: anIdentity() }, { path: '/in/a.json' }],
    })
  })

  test('has no group of files that are gone and were never known', async () => {
    expect(await build(candidates(['a', { path, identity: null }]))).toEqual([])
  })

  test('has a known group with all its members, and what was seen of each', async () => {
    await service.deliver({ 'a.txt': 'one' })
    const [group] = await build(candidates(['a', seen('a.json')]))
    expect(group?.members.map((one) => [one.path, one.id === null, one.fresh === undefined])).toEqual([
      [path, false, true], ['/in/a.json', true, false],
    ])
  })

  test('looks at the files of a group whose time has come', async () => {
    await service.deliver({ 'a.txt': 'one' })
    const [before] = await build(candidates(['a', null]))
    expect(before?.members[0]?.fresh).toEqual(before?.members[0]?.identity)
    service.tree.delete(path)
    expect((await build(candidates(['a', null])))[0]?.members[0]?.fresh).toBeNull()
  })

  test('lets a file that changed settle before it believes it', async () => {
    await service.deliver({ 'a.txt': 'one' })
    service.tree.write(path, 'two')
    const [young] = await build(candidates(['a', null]))
    expect([young?.members[0]?.fresh, service.parts.settling.ofGroup('w', 'a')]).toEqual([undefined, [path]])
    await service.clock.advance(5 * second)
    expect((await build(candidates(['a', null])))[0]?.members[0]?.fresh?.sizeBytes).toBe(3)
  })

  test('forgets when the group was due, so that whoever decides says it anew', async () => {
    await service.deliver({ 'a.txt': 'one' })
    expect((await build(candidates(['a', null])))[0]?.dueAt).toBeNull()
  })
})

test('links are followed in a watch that wants it, and in no other', async () => {
  const service = await fakeService()
  const watches = [aWatch({ followSymlinks: true }), aWatch({ name: 'v', path: '/v' })]
  const parts = { ...service.parts, config: { ...service.parts.config, watches } }
  for (const root of ['/in', '/v']) {
    service.tree.write(`${root}/target`, 'content')
    service.tree.symlink(`${root}/link`, `${root}/target`)
  }
  const { lookAtEach } = await import('../../src/service/look-at-each.ts')
  const asked = [{ watchName: 'v', path: '/v/link' }, { watchName: 'w', path: '/in/link' }, { watchName: 'v', path: '/v/target' }]
  const sights = await lookAtEach(asked, parts)
  expect(sights.map((one) => (one !== null && 'kind' in one ? one.kind : null))).toEqual(['symlink', 'file', 'file'])
  await service.close()
})
