import { afterAll, beforeAll, expect, test } from 'bun:test'
import { archiveAccept } from '../../src/cli/archive-accept.ts'
import { dbCheck } from '../../src/cli/db-check.ts'
import { dbStatus } from '../../src/cli/db-status.ts'
import { dbUpgrade } from '../../src/cli/db-upgrade.ts'
import { dismiss } from '../../src/cli/dismiss.ts'
import { explain } from '../../src/cli/explain.ts'
import { release } from '../../src/cli/release.ts'
import { retry } from '../../src/cli/retry.ts'
import { status } from '../../src/cli/status.ts'
import { addComponent, addGroup } from '../store/a-filled-ledger.ts'
import { aProject, type Project } from './query/a-project.ts'

let project: Project

beforeAll(async () => {
  project = await aProject({
    columns: {},
    commands: [archiveAccept, dbCheck, dbStatus, dbUpgrade, dismiss, explain, release, retry, status],
    fill: async (sql) => {
      const radar = { watch_name: 'radar' }
      await addGroup(sql, 1, { ...radar, completed_seq: 1 })
      await addComponent(sql, 1, 1, 'archived', radar)
      await addGroup(sql, 2, { ...radar })
      await addComponent(sql, 2, 2, 'failed', radar)
      await addGroup(sql, 3, { ...radar, complete: 0 })
      await addComponent(sql, 3, 3, 'waiting', radar)
      await sql.run("update counters set value = 1 where name = 'completed_seq'")
      await sql.run("insert into archive_state (name, archive_id) values ('main', 'disk-1')")
    },
  })
})
afterAll(() => project.remove())

const said = async (...argv: string[]) => {
  const { code, out } = await project.run(...argv)
  return [code, out]
}
const refusal = async (...argv: string[]) => {
  try {
    await project.run(...argv)
    return 'not refused'
  } catch (error) {
    return error instanceof Error ? `${error.constructor.name}: ${error.message}` : String(error)
  }
}

test('status tells in words, in JSON and for monitoring', async () => {
  expect((await project.run('status')).out).toContain('Ledger  3 components, 0 unaccounted\n')
  const { components, ledger } = JSON.parse((await project.run('status', '--json')).out) as {
    components: { failed: { total: number } }; ledger: { components: number }
  }
  expect([components.failed.total, ledger.components]).toEqual([1, 3])
  expect(await said('status', '--check')).toEqual([
    2, 'CARBONATION CRITICAL - carbonation has never run on this database; 1 failed (at most 0 expected)\n',
  ])
})

test('a check that cannot know says so with an exit code of its own', async () => {
  const { code, out } = await project.run('-c', 'missing.toml', 'status', '--check')
  expect(code).toBe(3)
  expect(out).toMatch(/^CARBONATION UNKNOWN - .*missing\.toml.*\n$/)
})

test('limits of a check must be a duration and a number, and belong to a check', async () => {
  expect(await refusal('status', '--check', '--max-age', 'soon')).toBe('UsageFault: --max-age must be a duration such as 15m, was "soon"')
  expect(await refusal('status', '--check', '--max-failed', '-1')).toBe('UsageFault: --max-failed must be a whole number such as 0, was "-1"')
  expect(await refusal('status', '--max-age', '5m')).toBe('UsageFault: --max-age only goes with --check')
})

test('db status counts, and db check finds nothing in a good ledger', async () => {
  expect((await project.run('db', 'status')).out.split('\n').slice(0, 7)).toEqual([
    'Component status:', '  waiting   1', '  archived  1', '  failed    1', '', 'In delivery: 3', 'In archive:  1',
  ])
  expect(JSON.parse((await project.run('db', 'status', '--json')).out)).toMatchObject({
    components: { archived: 1, failed: 1, cleared: 0 }, in_delivery: 3, in_archive: 1, missing_metadata: 0, drift: [],
  })
  expect(await said('db', 'check')).toEqual([0, 'Looked at 3 components in 3 groups: nothing is wrong.\n'])
  expect((await said('db', 'upgrade'))[1]).toMatch(/^Database is up to date: schema \d+\.\n$/)
})

test('explain ends with 1 where nothing is known', async () => {
  expect((await project.run('explain', 'g2')).out).toStartWith('Group g2 of watch radar, generation 1\n')
  expect(await project.run('explain', 'nothing.txt')).toEqual({
    code: 1, out: '', err: 'nothing.txt is not in the ledger, neither as a path, a name, a digest nor a group key.\n',
  })
})

test('a name that is unknown is refused with the nearest one', async () => {
  expect(await refusal('retry', '--watch-name', 'rader')).toBe('Fault: no watch is named "rader"; did you mean "radar"?')
  expect(await refusal('archive', 'accept', 'mian')).toBe('Fault: no archive is named "mian"; did you mean "main"?')
  expect(await refusal('retry', '--status', 'waiting')).toBe(
    'UsageFault: --status must be one of failed, integrity_failed, timed_out, not_selected, was "waiting"',
  )
  expect(await refusal('retry', '--group-key', 'zz')).toBe('Fault: no group has the key "zz" in the watch radar')
})

test('release refuses what is complete or unknown, and needs a key', async () => {
  expect(await refusal('release')).toBe('UsageFault: release needs --group-key')
  expect(await refusal('release', '--group-key', 'zz')).toBe('Fault: the group "zz" is not in the ledger')
  expect(await refusal('release', '--group-key', 'g1')).toBe(
    'Fault: the group "g1" is complete: nothing holds it back; "carbonation explain" says how it stands',
  )
})

test('dismiss needs a reason and something to choose by', async () => {
  expect(await refusal('dismiss', '--group-key', 'g2')).toBe('UsageFault: dismiss needs --reason, which is kept with the group')
  expect(await refusal('dismiss', '--reason', 'x')).toBe(
    'UsageFault: dismiss needs at least one of --watch-name, --group-key and --status',
  )
})

test('a dismissed failure leaves the alarms, and a retry brings it back', async () => {
  expect(await said('dismiss', '--status', 'failed', '--reason', 'a test')).toEqual([0, 'Dismissed 1 group(s) with 1 component(s).\n'])
  expect((await said('status', '--check'))[1]).toBe('CARBONATION CRITICAL - carbonation has never run on this database\n')
  expect(await said('retry')).toEqual([0, 'Re-enqueued 1 component(s) for retry.\n'])
  expect((await project.run('status')).out).not.toContain('Dismissed')
  expect(await said('retry')).toEqual([0, 'Re-enqueued 0 component(s) for retry.\n'])
})

test('release and archive accept say what they did', async () => {
  expect(await said('release', '--group-key', 'g3')).toEqual([
    0, 'Released g3 [radar]: 1 component(s) will be archived at the next pass.\n',
  ])
  expect(await said('archive', 'accept', 'main')).toEqual([
    0, 'Archive main: the next pass takes the disk that is there (before: disk-1).\n',
  ])
})
