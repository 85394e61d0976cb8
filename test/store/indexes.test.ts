import { describe, expect, test } from 'bun:test'
import { archivedAt } from '../../src/store/archived-at.ts'
import { archivedAtPaths } from '../../src/store/archived-rows.ts'
import { directoryDigestsText, sampleText } from '../../src/store/directories-in-delivery.ts'
import { dismiss } from '../../src/store/dismiss.ts'
import { findByArchivePath, findByContent } from '../../src/store/find-in-ledger.ts'
import { knownStatesOfAllText, knownStatesText } from '../../src/store/known-states.ts'
import { markVerified } from '../../src/store/mark-verified.ts'
import { planComponents } from '../../src/store/query-components.ts'
import { planFiles, planFilesCount } from '../../src/store/query-files.ts'
import { reopenChangedRules } from '../../src/store/reopen-changed-rules.ts'
import { requeueStale } from '../../src/store/requeue-stale.ts'
import { requeue } from '../../src/store/requeue.ts'
import { unaccounted } from '../../src/store/unaccounted.ts'
import { underOtherRules } from '../../src/store/under-other-rules.ts'
import { fileColumns } from '../../src/store/query-columns.ts'
import { addPluginColumns } from '../../src/store/plugin-columns.ts'
import type { Path } from '../../src/domain/path.ts'
import type { Columns } from '../../src/plugin/contract.ts'
import type { Sql, SqlValue } from '../../src/world.ts'
import { isOnServer } from '../servers/a-sql.ts'
import { aLedger } from './a-ledger.ts'

const columns = {
  start: { type: 'datetime' }, stop: { type: 'datetime' }, category: { type: 'string', index: true }, source: { type: 'string' },
} satisfies Columns
const asked = fileColumns(columns, new Set(Object.keys(columns)))

const aProject = async (): Promise<Sql> => {
  const sql = await aLedger()
  await addPluginColumns(sql, columns, { orderBy: '-start' })
  return sql
}

/** The steps of an answer, as the engine tells them. */
const stepsOf = async (sql: Sql, { text, parameters }: { readonly text: string; readonly parameters: readonly SqlValue[] }) =>
  (await sql.all<{ detail: string }>(`explain query plan ${text}`, parameters)).map((one) => one.detail)

const filter = (key: string, value: unknown) => ({ key, value, as: `--${key}` })

describe.skipIf(isOnServer)('without a walk through the table and without a sort come', () => {
  test.each([
    ['a group by its key', [filter('group_key', 'a')], undefined],
    ['the newest of a watch', [filter('watch_name', 'in')], '-created_at'],
    ['the newest that are not complete', [filter('complete', false)], '-created_at'],
    ['the first by the order that the plugin prefers', [], '-start'],
    ['those of a value in that order', [filter('category', 'c3')], '-start'],
    ['those of a span in that order', [filter('_daterange', '2026-03-01/2026-03-02')], '-start'],
  ] as const)('%s', async (_, filters, orderBy) => {
    const sql = await aProject()
    const steps = await stepsOf(sql, planFiles(asked, { filters, orderBy, limit: 10 }, 0))
    expect(steps.filter((one) => !/USING (COVERING )?INDEX|TEMP B-TREE FOR (RIGHT|LAST)/.test(one))).toEqual([])
    await sql.close()
  })
})

test.skipIf(isOnServer)('where no index helps the table is walked itself, not through an index', async () => {
  const sql = await aProject()
  const question = { filters: [filter('source', 'a')], orderBy: '-created_at', limit: 10 }
  expect((await stepsOf(sql, planFiles(asked, question, 0)))[0]).toBe('SCAN files')
  await sql.close()
})

describe.skipIf(isOnServer)('out of an index alone are counted', () => {
  test.each([
    ['all groups', []],
    ['those of a value', [filter('category', 'c3')]],
    ['those of a span', [filter('_daterange', '2026-03-01/2026-03-02')]],
  ] as const)('%s', async (_, filters) => {
    const sql = await aProject()
    const steps = await stepsOf(sql, planFilesCount(asked, { filters }, 0))
    expect(steps.filter((one) => !/COVERING INDEX|INDEX ix_files_replaced|SCAN CONSTANT|SCALAR SUBQUERY/.test(one))).toEqual([])
    await sql.close()
  })
})

test.skipIf(isOnServer)('a page of a directory is found by the directory, in the order of its index', async () => {
  const sql = await aLedger()
  expect(await stepsOf(sql, { text: knownStatesText, parameters: ['', 0, 1] })).toEqual([
    'SEARCH file_components USING INDEX ix_components_directory (directory_digest=? AND in_delivery=? AND rowid>?)',
  ])
  await sql.close()
})

test.skipIf(isOnServer)('what is known of several directories is found by each of them', async () => {
  const sql = await aLedger()
  expect(await stepsOf(sql, { text: knownStatesOfAllText, parameters: ['["a", "b"]', 2001] })).toContain(
    'SEARCH file_components USING INDEX ix_components_directory (directory_digest=? AND in_delivery=?)',
  )
  await sql.close()
})

test.skipIf(isOnServer)('the directories of a watch are found without going through those of others', async () => {
  const sql = await aLedger()
  const leap = 'SEARCH file_components USING INDEX ix_components_watch (watch_name=? AND directory_digest>?)'
  const leaps = (await stepsOf(sql, { text: directoryDigestsText, parameters: ['in', '', 'in', 1000] }))
    .filter((one) => one.includes('file_components'))
  expect(leaps).toEqual([leap, leap])
  expect(await stepsOf(sql, { text: sampleText, parameters: ['["a", "b"]', 'in'] })).toContain(
    'SEARCH file_components USING INDEX ix_components_watch (watch_name=? AND directory_digest=?)',
  )
  await sql.close()
})

describe.skipIf(isOnServer)('by the beginning of its digest, which is all that the index holds, is found', () => {
  const place = { path: '/a' as Path, sha256: 'b', generation: 1 }
  test.each([
    ['what a run meant to archive', (sql: Sql) => archivedAt(sql, [place]), 'archive_path'],
    ['what the ledger has at a path of an archive', (sql: Sql) => archivedAtPaths(sql, [place.path]), 'archive_path'],
    ['who was ever kept at a path of an archive', (sql: Sql) => findByArchivePath(sql, place.path), 'archive_path'],
    ['what was read back', (sql: Sql) => markVerified(sql, [place.path], 0), 'archive_path'],
    ['who has some content', (sql: Sql) => findByContent(sql, 'b'.repeat(64)), 'content'],
  ] as const)('%s', async (_, work, index) => {
    const sql = await aLedger()
    const [question] = await questionsOf(sql, work)
    const steps = question === undefined ? [] : await stepsOf(sql, question)
    expect(steps[0]).toMatch(new RegExp(`^SEARCH (c|file_components) USING INDEX ix_components_${index} \\(<expr>=\\?\\)`))
    await sql.close()
  })

  test('content that begins with some digits', async () => {
    const sql = await aLedger()
    const filters = {
      statuses: [], watchNames: [], archives: [], names: [], sha256: ['ab'], since: null, until: null, reasons: [],
    }
    expect((await stepsOf(sql, planComponents(filters, {})))[0]).toBe(
      'SEARCH file_components USING INDEX ix_components_content (<expr>>? AND <expr><?)',
    )
    await sql.close()
  })
})

test.skipIf(isOnServer)('what is archived without a place or a digest is counted without a walk through what has both', async () => {
  const sql = await aLedger()
  const [question] = await questionsOf(sql, (told) => unaccounted(told, 0, 1))
  const steps = question === undefined ? [] : await stepsOf(sql, question)
  expect(steps.filter((one) => /file_components/.test(one))).toEqual([
    'SEARCH file_components USING INDEX ix_components_unplaced (status=?)', 'SEARCH file_components USING INDEX ix_components_unplaced (status=?)',
  ])
  await sql.close()
})

/** What is asked for, or would be written, outside of transactions. */
const questionsOf = async (sql: Sql, work: (told: Sql) => Promise<unknown>) => {
  const asked: { readonly text: string; readonly parameters: readonly SqlValue[] }[] = []
  await work({
    ...sql, all: (text, parameters = []) => { asked.push({ text, parameters }); return sql.all(text, parameters) },
    many: async (text, lists) => void asked.push(...lists.map((parameters) => ({ text, parameters }))),
  })
  return asked
}

/** What is asked for in transactions. */
const questionsIn = async (sql: Sql, work: (told: Sql) => Promise<unknown>) => {
  const asked: { readonly text: string; readonly parameters: readonly SqlValue[] }[] = []
  const told: Sql = {
    ...sql,
    transaction: (own) => sql.transaction((tx) => own({
      ...tx, all: (text, parameters = []) => { asked.push({ text, parameters }); return tx.all(text, parameters) },
    })),
  }
  await work(told)
  return asked
}

test.skipIf(isOnServer)('what other rules refused is found by its status, not by way of all groups of the watch', async () => {
  const sql = await aLedger()
  const steps: string[] = []
  const told: Sql = {
    ...sql, all: async (text, parameters = []) => (steps.push(...(await stepsOf(sql, { text, parameters }))), sql.all(text, parameters)),
  }
  await underOtherRules(told, 'in', 'digest', 10)
  expect(steps.slice(0, 2)).toEqual([
    'SEARCH c USING INDEX ix_components_status (status=?)', 'SEARCH f USING INTEGER PRIMARY KEY (rowid=?)',
  ])
  await sql.close()
})

test.skipIf(isOnServer)('it is brought back by the ids of its groups', async () => {
  const sql = await aLedger()
  const [question] = await questionsIn(sql, (told) => reopenChangedRules(told, [1], 'digest', 0))
  expect(question === undefined ? [] : (await stepsOf(sql, question)).filter((one) => one.startsWith('SEARCH'))).toEqual([
    'SEARCH f USING INTEGER PRIMARY KEY (rowid=?)', 'SEARCH c EXISTS USING INDEX uq_components_group_path (group_id=?)',
  ])
  await sql.close()
})

describe.skipIf(isOnServer)('each page begins where the one before ended, without a sort, of what', () => {
  const [chosen, decision] = [{ watchName: null, groupKey: null, status: 'failed' }, { now: 0, actor: 'ops' }] as const
  test.each([
    ['is tried again', (sql: Sql) => requeue(sql, chosen, decision), 0],
    ['is dismissed', (sql: Sql) => dismiss(sql, chosen, 'why', decision), 0],
    ['is stuck', (sql: Sql) => requeueStale(sql, ['in'], { now: 0, staleMs: 1 }), 1],
  ] as const)('%s', async (_, work, sortsOfEvents) => {
    const sql = await aLedger()
    const [question] = await questionsIn(sql, work)
    const steps = question === undefined ? [] : await stepsOf(sql, question)
    expect(steps[0]).toStartWith('SEARCH c USING INDEX ix_components_status (status=? AND detected_at>?')
    expect(steps).toContain('SEARCH f USING INTEGER PRIMARY KEY (rowid=?)')
    expect(steps.filter((one) => one.endsWith('FOR ORDER BY'))).toHaveLength(sortsOfEvents)
    await sql.close()
  })
})
