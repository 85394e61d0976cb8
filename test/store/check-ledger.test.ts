import { describe, expect, test } from 'bun:test'
import { checkLedger } from '../../src/store/check-ledger.ts'
import type { Sql } from '../../src/world.ts'
import { addComponent, addGroup, aLedger, before, noon } from './a-filled-ledger.ts'

const check = (sql: Sql) => checkLedger(sql, { now: noon, staleMs: 3_600_000, progress: async () => undefined })
const brokenOf = async (sql: Sql) => (await check(sql)).broken.map(({ rule, count, examples }) => [rule, count, examples[0]?.name])

/** One archived group, one that waits, one that is tried again. */
const aGoodLedger = async (): Promise<Sql> => {
  const sql = await aLedger()
  await addGroup(sql, 1, { completed_seq: 1 })
  await addComponent(sql, 1, 1, 'archived')
  await addComponent(sql, 2, 1, 'archived')
  await addGroup(sql, 2, { complete: 0 })
  await addComponent(sql, 3, 2, 'waiting')
  await addGroup(sql, 3, { due_at: before(-5) })
  await addComponent(sql, 4, 3, 'retry_pending')
  await sql.run("update counters set value = 1 where name = 'completed_seq'")
  return sql
}

test('a good ledger has nothing wrong, and every row was looked at', async () => {
  expect(await check(await aGoodLedger())).toMatchObject({ components: 4, groups: 3, broken: [] })
})

const withoutForeignKeys: Readonly<Record<Sql['dialect'], string>> = {
  sqlite: 'pragma foreign_keys = off',
  postgresql: 'set session_replication_role = replica',
  mariadb: 'set session foreign_key_checks = 0',
}

describe('what breaks the ledger is found:', () => {
  test.each([
    ['a status that its last event did not give', "update file_components set status = 'cleared' where id = 3",
      'status without its event', '/in/g2.3'],
    ['a row without any event', 'delete from events where component_id = 4', 'status without its event', '/in/g3.4'],
    ['archived bytes without a path', 'update file_components set archive_path = null where id = 1',
      'archived without a place', '/in/g1.1'],
    ['archived bytes without a digest', 'update file_components set sha256 = null where id = 2',
      'archived without a place', '/in/g1.2'],
    ['a waiting file that counts as in the archive', 'update file_components set in_archive = 1 where id = 3',
      'in the archive by mistake', '/in/g2.3'],
    ['a component without its group', 'delete from files where id = 2', 'without a group', '/in/g2.3'],
    ['a row that stands for another path', "update file_components set current_digest = 'x' where id = 1",
      'wrong current row', '/in/g1.1'],
    ['a path that no row stands for', 'update file_components set current_digest = null where id = 3',
      'path without a current row', '/in/g2.3'],
    ['a retry that nothing will make', 'update files set due_at = null where id = 3', 'never tried again', '/in/g3.4'],
    ['a group that no generation is the latest of', 'update files set is_latest = 0 where id = 2',
      'wrong latest generation', 'in: g2'],
    ['a generation without the one before it', 'update files set generation = 3 where id = 2', 'generation left out', 'in: g2'],
    ['an archived group that no reader gets', 'update files set completed_seq = null where id = 1',
      'archived without its place in the order', 'in: g1'],
    ['an event of a component that is not there', "insert into events (component_id, at, stage, actor) values (99, '2026-01-01', 'record', 'test')",
      'event of no component', 'record: '],
    ['a place above the counter', 'update files set completed_seq = 2 where id = 1',
      'place in the order out of bounds', 'in: g1'],
  ])('%s', async (_, damage, rule, name) => {
    const sql = await aGoodLedger()
    await sql.run(withoutForeignKeys[sql.dialect])
    await sql.run(damage)
    expect(await brokenOf(sql)).toEqual([[rule, 1, name]])
  })

  test('a group without a file, unless a person dismissed it', async () => {
    const sql = await aGoodLedger()
    await addGroup(sql, 4)
    await addGroup(sql, 5, { dismissed: 'known' })
    expect(await brokenOf(sql)).toEqual([['group without a file', 1, 'in: g4']])
  })

  test('a status that nobody knows', async () => {
    const sql = await aGoodLedger()
    await sql.run("update file_components set status = 'lost' where id = 3")
    await sql.run("update events set to_status = 'lost' where component_id = 3")
    expect(await brokenOf(sql)).toEqual([['unknown status', 1, '/in/g2.3']])
  })

  test('a file that nothing was decided about for too long', async () => {
    const sql = await aGoodLedger()
    await addComponent(sql, 5, 2, 'detected', { detected_at: before(61) })
    await addComponent(sql, 6, 2, 'detected', { detected_at: before(59) })
    expect(await brokenOf(sql)).toEqual([['nothing decided', 1, '/in/g2.5']])
  })
})

test('of many only a few are shown, and all are counted, over all pages', async () => {
  const sql = await aGoodLedger()
  for (let id = 100; id < 112; id += 1) await addComponent(sql, id, 2, 'waiting')
  await addComponent(sql, 1_000_000, 2, 'waiting')
  await sql.run("update file_components set status = 'failed' where id >= 100")
  const [found] = (await check(sql)).broken
  expect(found?.count).toBe(13)
  expect(found?.examples.map((one) => one.id)).toEqual([100, 101, 102, 103, 104, 105, 106, 107, 108, 109])
})
