import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { queryComponents } from '../../src/cli/query-components.ts'
import { addComponents, addGroups } from '../store/a-ledger.ts'
import { aProject, type Project } from './query/a-project.ts'

let project: Project
beforeAll(async () => {
  project = await aProject({
    columns: {}, commands: [queryComponents],
    fill: async (sql) => {
      await addGroups(sql, {})
      await addComponents(
        sql,
        {},
        { status: 'failed', error_message: 'no space\nleft', next_retry_at: null },
        { status: 'retry_pending', error_message: 'not mounted?', detected_at: '2026-03-02 00:00:00.000', next_retry_at: '2026-03-02 00:30:00.000' },
      )
    },
  })
})
afterAll(() => project.remove())

const run = (...argv: string[]) => project.run('query', 'components', ...argv)

describe('query components', () => {
  test('lists what is in trouble and why, the latest first', async () => {
    expect(await run()).toEqual({
      code: 0,
      err: '',
      out: 'id  watch_name  source_path  status         detected_at           next_retry_at         error_message\n'
        + ' 3  radar       /in/f3.txt   retry_pending  2026-03-02T00:00:00Z  2026-03-02T00:30:00Z  not mounted?\n'
        + ' 2  radar       /in/f2.txt   failed         2026-03-01T10:00:00Z                        no space\\nleft\n',
    })
    expect((await run('--count')).out).toBe('2\n')
  })

  test('gives every public column as JSON', async () => {
    const rows = JSON.parse((await run('--format', 'json', '--name', 'f1')).out) as Record<string, unknown>[]
    expect(rows).toEqual([{
      id: 1, watch_name: 'radar', filename: 'f1.txt', source_path: '/in/f1.txt', generation: 1, group_id: 1,
      origin: 'delivered', role: null, archive_name: null, archive_key: null, archive_path: null, size_bytes: null,
      mtime_ns: null, device: null, inode: null, sha256: null, status: 'archived', in_delivery: true, in_archive: false,
      error_message: null, retry_count: 0, next_retry_at: null, last_retry_at: null, detected_at: '2026-03-01T10:00:00.000Z',
      archived_at: null, verified_at: null, cleared_at: null, metadata: null,
    }])
  })

  test('takes columns, order and limit', async () => {
    expect((await run('--status', 'failed', '--status', 'archived', '--columns', 'id', '--order-by', 'id', '--limit', '1', '--format', 'csv')).out)
      .toBe('id\r\n1\r\n')
  })

  test('finds by reason, and by time or age', async () => {
    expect((await run('--reason', 'mounted', '--columns', 'id', '--format', 'ndjson')).out).toBe('{"id":3}\n')
    expect((await run('--since', '2026-03-02', '--columns', 'id', '--format', 'ndjson')).out).toBe('{"id":3}\n')
    expect((await run('--until', '2026-03-02', '--count')).out).toBe('3\n')
    expect((await run('--since', '1s', '--format', 'json')).out).toBe('[]\n')
  })

  test('says what is wrong with an argument', async () => {
    await expect(run('--status', 'faild')).rejects.toThrow('there is no status "faild"; did you mean "failed"?')
    await expect(run('--sha256', 'xyz')).rejects.toThrow('--sha256 must be a digest of 64 hex digits')
    await expect(run('--since', 'yesterday')).rejects.toThrow('--since must be a time such as 2026-11-21T10:00:00Z or an age such as 7d')
    await expect(run('--columns', 'nme')).rejects.toThrow('there is no column "nme"')
  })

  test('lists its columns with --describe', async () => {
    const { out } = await run('--describe', '--format', 'csv')
    expect(out).toStartWith('column,type,in_table\r\nid,integer,true\r\nwatch_name,string,true\r\nfilename,text,false\r\n')
  })
})
