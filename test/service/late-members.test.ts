import { afterEach, describe, expect, test } from 'bun:test'
import type { CompletenessRule } from '../../src/config/rules.ts'
import { hour, minute } from '../../src/domain/time.ts'
import { pairs } from '../fakes/builders.ts'
import { archived, broken, delivered, eventsOf, fakeService, ledger, type FakeService, type FakeServiceOptions } from '../fakes/service.ts'

let service: FakeService
afterEach(async () => {
  expect(await broken(service)).toEqual([])
  await service.close()
})
const open = async (rule: Partial<CompletenessRule> = {}, more: FakeServiceOptions = {}) => {
  service = await fakeService({ ...more, rules: { completeness: pairs({ timeoutMs: hour, ...rule }), ...more.rules } })
}
const timeOut = async () => {
  await service.clock.advance(hour + minute)
  await service.once()
}

for (const action of ['copy', 'move'] as const) {
  describe(`where the archive ${action === 'copy' ? 'copies' : 'moves'}`, () => {
    test('an extra that comes after its group was archived is put beside it, and nothing is put again', async () => {
      await open({}, { archive: { action } })
      await service.deliver({ 'a.txt': 'one', 'a.json': '{}' })
      await service.deliver({ 'a.xml': 'more' })
      expect(archived(service)).toEqual({ 'a.txt': 'one', 'a.json': '{}', 'a.xml': 'more' })
      expect(await ledger(service)).toEqual(['a.json#1 archived', 'a.txt#1 archived', 'a.xml#1 archived'])
      expect(await eventsOf(service, 'a.txt')).toEqual(['new → detected (record)', 'detected → archived (archive)'])
    })

    test('archive_partial archives what is there, and the missing member when it comes', async () => {
      await open({ onTimeout: 'archive_partial' }, { archive: { action } })
      await service.deliver({ 'a.txt': 'one' })
      expect(archived(service)).toEqual({})
      await timeOut()
      expect(archived(service)).toEqual({ 'a.txt': 'one' })
      await service.deliver({ 'a.json': '{}' })
      expect(archived(service)).toEqual({ 'a.txt': 'one', 'a.json': '{}' })
      expect(await ledger(service)).toEqual(['a.txt#1 archived', 'a.json#1 archived'])
      expect(delivered(service)).toEqual(action === 'move' ? [] : ['a.json', 'a.txt'])
    })

    test('a group that was given up is archived whole when the missing member comes', async () => {
      await open({ onTimeout: 'skip' }, { archive: { action } })
      await service.deliver({ 'a.txt': 'one' })
      await timeOut()
      expect(await ledger(service)).toEqual(['a.txt#1 timed_out: not complete after 1h, waiting for .json'])
      await service.deliver({ 'a.json': '{}' })
      expect(archived(service)).toEqual({ 'a.txt': 'one', 'a.json': '{}' })
    })
  })
}

test('metadata is read again from all members, those in the archive among them', async () => {
  const given: (readonly string[])[] = []
  await open({}, {
    archive: { action: 'move' }, rules: { completeness: pairs(), metadataModule: 'file_model' },
    plugins: { extract: (paths) => {
      given.push(paths.toSorted())
      return {}
    } },
  })
  await service.deliver({ 'a.txt': 'one', 'a.json': '{}' })
  await service.deliver({ 'a.xml': 'more' })
  expect(given).toEqual([['/in/a.json', '/in/a.txt'], ['/archive/alpha/a.json', '/archive/alpha/a.txt', '/in/a.xml']])
})

test('one archived group is one new group for readers, however many members follow', async () => {
  await open({ onTimeout: 'archive_partial' })
  await service.deliver({ 'a.txt': 'one' })
  await timeOut()
  await service.deliver({ 'a.json': '{}' })
  await service.deliver({ 'a.xml': '' })
  expect(await service.parts.sql.all('select group_key, completed_seq from files')).toEqual([{ group_key: 'a', completed_seq: 1 }])
})

test('warn says so once, and waits on', async () => {
  await open({ onTimeout: 'warn' })
  await service.deliver({ 'a.txt': 'one' })
  await timeOut()
  await timeOut()
  expect((await eventsOf(service, 'a.txt')).filter((one) => one.includes('not complete after'))).toHaveLength(1)
  await service.deliver({ 'a.json': '{}' })
  expect(archived(service)).toEqual({ 'a.txt': 'one', 'a.json': '{}' })
})

test('a group that was not wanted is looked at again when a member comes', async () => {
  const wanted = { name: null, hasKeys: ['xml'], lacksKeys: [], fields: [], function: null, kwargs: {} }
  await open({}, {
    rules: { completeness: pairs(), metadataModule: 'file_model', selection: [wanted] },
    plugins: { extract: (paths) => (paths.some((one) => one.endsWith('.xml')) ? { xml: true } : {}) },
  })
  await service.deliver({ 'a.txt': 'one', 'a.json': '{}' })
  expect(archived(service)).toEqual({})
  await service.deliver({ 'a.xml': '' })
  expect(archived(service)).toEqual({ 'a.txt': 'one', 'a.json': '{}', 'a.xml': '' })
})

describe('a stranger in the archive', () => {
  const strangers = (): Record<string, string> => {
    service.tree.write('/archive/alpha/a.txt', 'mine')
    return { 'a.txt': 'mine' }
  }

  test('is not touched: all members are stored beside it under one number, and an event names it', async () => {
    await open()
    const mine = strangers()
    await service.deliver({ 'a.txt': 'one', 'a.json': '{}' })
    expect(archived(service)).toEqual({ ...mine, 'a~2.txt': 'one', 'a~2.json': '{}' })
    expect(await eventsOf(service, 'a.txt')).toContain('detected → detected (archive: /archive/alpha/a.txt stood there: stored beside it)')
  })

  test('leaves late members under the number of their group', async () => {
    await open()
    const mine = strangers()
    await service.deliver({ 'a.txt': 'one', 'a.json': '{}' })
    await service.deliver({ 'a.xml': 'more' })
    expect(archived(service)).toEqual({ ...mine, 'a~2.txt': 'one', 'a~2.json': '{}', 'a~2.xml': 'more' })
  })

  test.each(['version', 'replace', 'ignore', 'fail'] as const)('is not touched where the policy is %s', async (onRedelivery) => {
    await open({}, { watch: { onRedelivery } })
    strangers()
    await service.deliver({ 'a.txt': 'one', 'a.json': '1' })
    await service.deliver({ 'a.txt': 'two', 'a.json': '2' })
    expect(service.tree.read('/archive/alpha/a.txt')).toBe('mine')
    expect(archived(service)).toMatchObject(
      onRedelivery === 'version' ? { 'a~2.txt': 'one', 'a~3.txt': 'two', 'a~3.json': '2' }
        : onRedelivery === 'replace' ? { 'a~2.txt': 'two', 'a~2.json': '2' } : { 'a~2.txt': 'one', 'a~2.json': '1' },
    )
  })
})
