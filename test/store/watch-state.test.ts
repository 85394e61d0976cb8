import { expect, test } from 'bun:test'
import { watchReports, writeWatchReports, type WatchReport } from '../../src/store/watch-state.ts'
import { aLedger, noon } from './a-filled-ledger.ts'

const report: WatchReport = {
  name: 'in', path: '/in/\udcff', state: 'unreadable', trouble: 'permission denied', backend: 'inotify', reason: 'local ext4',
  seen: 9, ignored: 2, unmatched: 3, subdirsNotEntered: 1, nearMisses: 1, samples: ['A.JSON'], settling: 4, rows: 5, restless: 1,
  unsettled: [{ path: '/in/caf\udce9', since: noon - 5000, lacks: 'its marker is not there', told: true }],
  missedHints: 6, lastScanAt: noon - 1000, fileSystem: { id: 'ef53:1:2', type: 'ext4', local: true }, freeBytes: 1024,
}

test('what is written of a watch is read again, and a later report takes its place', async () => {
  const sql = await aLedger()
  await writeWatchReports(sql, [{ ...report, seen: 1 }], noon)
  await writeWatchReports(sql, [report], noon + 5000)
  await writeWatchReports(sql, [{ ...report, name: 'other', lastScanAt: null, fileSystem: null }], noon)
  expect(await watchReports(sql)).toEqual(new Map([
    ['in', report], ['other', { ...report, name: 'other', lastScanAt: null, fileSystem: null }],
  ]))
})

test('people find the report under the names of columns', async () => {
  const sql = await aLedger()
  await writeWatchReports(sql, [report], noon)
  if (sql.dialect !== 'sqlite') return sql.close()
  const [row] = await sql.all(
    `select name, updated_at, json_extract(detail, '$.subdirs_not_entered') as subdirs,
            json_extract(detail, '$.last_scan_at') as scan, json_extract(detail, '$.file_system.type') as type
       from watch_state`,
  )
  expect(row).toEqual({
    name: 'in', updated_at: '2026-11-21 12:00:00.000', subdirs: 1, scan: '2026-11-21 11:59:59.000', type: 'ext4',
  })
})
