import { describe, expect, test } from 'bun:test'
import { answerFor, type Answer } from '../../../src/cli/explain/answer.ts'
import { answerJson } from '../../../src/cli/explain/answer-json.ts'
import { showAnswer } from '../../../src/cli/explain/show-answer.ts'
import { noColours } from '../../../src/cli/colours.ts'
import type { Watch } from '../../../src/config/config.ts'
import type { Sight, Sql } from '../../../src/world.ts'
import { addComponent, addGroup, aLedger, before, noon } from '../../store/a-filled-ledger.ts'

const watch: Watch = {
  name: 'in', type: null, path: '/in', recursive: false, patterns: ['*.txt'], ignorePatterns: ['*.tmp'], rules: 'r',
  archive: 'a', settleMs: 1000, ready: 'settle', marker: null, vetoOpen: true, settleMaxMs: 86_400_000, backend: 'auto', canary: false, followSymlinks: false, onRedelivery: 'version', redeliveryWaitMs: 10_000,
}
const file: Sight = {
  kind: 'file', identity: { sizeBytes: 12, mtimeNs: '1', ctimeNs: '1', inode: '1', device: '1' },
}
const ask = (sql: Sql, what: string, more: { isGroupKey?: boolean; disk?: readonly string[] } = {}): Promise<Answer> =>
  answerFor(what, {
    cwd: '/in', isGroupKey: more.isGroupKey ?? false, sql, watches: [watch],
    look: async (paths) => paths.map((path) => (more.disk?.includes(path) ? file : null)),
  })
const shown = (answer: Answer) => showAnswer(answer, noon, noColours)

/** `a` waits for its other half; `b` is archived under another name. */
const aFilledLedger = async (): Promise<Sql> => {
  const sql = await aLedger()
  await addGroup(sql, 1, { group_key: 'a', complete: 0, due_at: before(-30) })
  await addComponent(sql, 1, 1, 'waiting', { path: '/in/a.txt', error_message: 'waiting for .json' })
  await addGroup(sql, 2, {
    group_key: 'sub/b', completed_at: before(29), selected_by: 'selection rule 1', routed_by: 'the archive of the watch',
    archive_name: 'main', archive_path: '/archive/in/b.txt',
  })
  await addComponent(sql, 2, 2, 'archived', { path: '/in/b.txt' })
  return sql
}

describe('found by', () => {
  test.each([
    ['source path', '/in/a.txt', 1], ['source path', './a.txt', 1], ['archive path', '/archive/in/b.txt', 2],
    ['digest', '2'.padStart(64, '0'), 2],
  ])('%s: %s', async (foundBy, what, id) => {
    const answer = await ask(await aFilledLedger(), what)
    expect(answer).toMatchObject({ is: 'group', foundBy, componentIds: [id] })
  })

  test('bare name, from anywhere', async () => {
    const sql = await aFilledLedger()
    await addComponent(sql, 3, 2, 'archived', { path: '/in/deep/c.txt' })
    expect(await ask(sql, 'c.txt')).toMatchObject({ is: 'group', foundBy: 'name', componentIds: [3] })
  })

  test('group key, with all of the group', async () => {
    expect(await ask(await aFilledLedger(), 'sub/b')).toMatchObject({ is: 'group', foundBy: 'group key', componentIds: [] })
  })

  test('group key alone where that is asked for', async () => {
    expect(await ask(await aFilledLedger(), 'a.txt', { isGroupKey: true })).toEqual({ is: 'unknown', what: 'a.txt', places: [] })
  })

  test('a byte that is not UTF-8, written as this program prints it', async () => {
    const sql = await aFilledLedger()
    await addComponent(sql, 3, 2, 'archived', { path: '/in/\udcff.txt' })
    expect(await ask(sql, '\\xff.txt')).toMatchObject({ foundBy: 'source path', componentIds: [3] })
  })
})

test('a file that waits: its group, until when, and its events', async () => {
  expect(shown(await ask(await aFilledLedger(), 'a.txt'))).toEqual([
    'Group a of watch in, generation 1',
    '  First seen  2026-11-21 11:30:00 (30m ago)',
    '  Complete    no',
    '  Waits for   .json, until 2026-11-21 12:30:00 (in 30m)',
    '  Members',
    '    waiting  /in/a.txt  5 B  in delivery; waiting for .json',
    '  Events of a.txt',
    '    2026-11-21 11:30:00  record  waiting',
  ])
})

test('a file that is archived: which rule took it and where it is', async () => {
  expect(shown(await ask(await aFilledLedger(), 'b.txt'))).toEqual([
    'Group sub/b of watch in, generation 1',
    '  First seen  2026-11-21 11:30:00 (30m ago)',
    '  Complete    since 2026-11-21 11:31:00 (29m ago)',
    '  Taken by    selection rule 1',
    '  Archive     main, named by the archive of the watch',
    '  Kept at     /archive/in/b.txt',
    '  Members',
    '    archived  /in/b.txt  5 B  in delivery; at /archive/in/b.txt',
    '  Events of b.txt',
    '    2026-11-21 11:30:00  record  archived',
  ])
})

test('a retry, a hold and a refusal are said in words', async () => {
  const sql = await aLedger()
  await addGroup(sql, 1, { due_at: before(-30), dismissed: 'known' })
  await addComponent(sql, 1, 1, 'retry_pending', { path: '/in/1.txt', retry_count: 1, error_message: 'no plugin' })
  await addGroup(sql, 2, { held_by: 'main' })
  await addComponent(sql, 2, 2, 'retry_pending', { path: '/in/2.txt', error_message: 'not mounted?' })
  await addGroup(sql, 3)
  await addComponent(sql, 3, 3, 'not_selected', { path: '/in/3.txt', error_message: 'none of 2 selection rules took it' })
  await addGroup(sql, 4, { due_at: before(1) })
  await addComponent(sql, 4, 4, 'detected', { path: '/in/4.txt' })
  const lines = await Promise.all(['1', '2', '3', '4'].map(async (name) => shown(await ask(sql, `${name}.txt`)).slice(3)))
  expect(lines[0]).toContain('  Waits for   attempt 2, after: no plugin, tried again 2026-11-21 12:30:00 (in 30m)')
  expect(lines[0]).toContain('  Dismissed   known')
  expect(lines[1]).toContain('  Waits for   the archive main to be well again: not mounted?')
  expect(lines[2]).toContain('  Not wanted  none of 2 selection rules took it')
  expect(lines[3]).toContain('  Waits for   its turn, at the next pass')
})

test('all generations are told, the newest first, with events of what was asked for', async () => {
  const sql = await aFilledLedger()
  await addGroup(sql, 3, { group_key: 'a', generation: 2 })
  await sql.run('update files set is_latest = 0 where id = 1')
  await sql.run('update file_components set current_digest = null where id = 1')
  await addComponent(sql, 3, 3, 'archived', { path: '/in/a.txt', generation: 2 })
  const heads = shown(await ask(sql, '/in/a.txt')).filter((line) => line.startsWith('Group'))
  expect(heads).toEqual(['Group a of watch in, generation 2', 'Group a of watch in, generation 1, not the latest'])
})

test('members of several groups are listed shortly', async () => {
  const sql = await aFilledLedger()
  await addComponent(sql, 3, 2, 'archived', { path: '/in/deep/a.txt' })
  await sql.run("update file_components set sha256 = 'x' where id in (1, 3)")
  expect(shown(await ask(sql, 'a.txt', {})).length).toBeGreaterThan(3)
  expect(shown(await answerFor('a.txt', { cwd: '/', isGroupKey: false, sql, watches: [watch], look: async () => [] }))).toEqual([
    'a.txt is the name of 2:',
    '  archived  /in/deep/a.txt  [in]',
    '  waiting   /in/a.txt       [in]',
    'Ask again with one of their paths.',
  ])
})

describe('what has no row', () => {
  test('is ignored by a pattern', async () => {
    expect(shown(await ask(await aLedger(), 'x.tmp', { disk: ['/in/x.tmp'] }))).toEqual([
      '/in/x.tmp is not in the ledger.', '  On disk: a file of 12 B', '  Watch in ignores it by its pattern "*.tmp".',
    ])
  })

  test('was not seen yet', async () => {
    expect(shown(await ask(await aLedger(), 'x.txt', { disk: ['/in/x.txt'] })).at(-1)).toBe(
      '  Watch in takes it by its pattern "*.txt"; it was not seen yet, or has not settled.',
    )
  })

  test('does not exist', async () => {
    expect(shown(await ask(await aLedger(), 'x.txt'))).toEqual([
      'x.txt is not in the ledger, neither as a path, a name, a digest nor a group key.',
    ])
  })

  test('lies nowhere near a watch', async () => {
    expect(shown(await ask(await aLedger(), '/etc/x.txt', { disk: ['/etc/x.txt'] }))).toEqual([
      '/etc/x.txt is not in the ledger.', '  On disk: a file of 12 B', '  It lies in no watch\'s directory.',
    ])
  })
})

test('the JSON has the columns\' names, ISO times and flags as booleans', async () => {
  const json = answerJson(await ask(await aFilledLedger(), 'a.txt'))
  expect(json).toMatchObject({ what: 'a.txt', in_ledger: true, found_by: 'source path', component_ids: [1], matches: [], places: [] })
  expect(json.groups[0]).toMatchObject({
    group_key: 'a', complete: false, is_latest: true, due_at: '2026-11-21T12:30:00.000Z', completed_at: null,
    members: [{ source_path: '/in/a.txt', status: 'waiting', in_delivery: true, in_archive: false }],
    events: [{ at: '2026-11-21T11:30:00.000Z', from_status: null, to_status: 'waiting', stage: 'record', actor: 'record' }],
  })
})

test('the JSON of what has no row says what the disk and the config say', async () => {
  const json = answerJson(await ask(await aLedger(), 'x.tmp', { disk: ['/in/x.tmp'] }))
  expect(json).toEqual({
    what: 'x.tmp', in_ledger: false, found_by: null, component_ids: [], groups: [], matches: [],
    places: [{
      path: '/in/x.tmp', kind: 'file', size_bytes: 12, error_message: null, settling_since: null, lacks: null,
      watches: [{ name: 'in', verdict: 'ignored', pattern: '*.tmp', near_miss: false }],
    }],
  })
})
