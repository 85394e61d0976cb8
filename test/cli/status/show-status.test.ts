import { expect, test } from 'bun:test'
import { noColours } from '../../../src/cli/colours.ts'
import { showStatus } from '../../../src/cli/status/show-status.ts'
import type { Lease } from '../../../src/store/leases.ts'
import { noon } from '../../store/a-filled-ledger.ts'
import { anInstance, aReport, aWatchLine, aWatchReport, counts } from './a-report.ts'

const minute = 60_000

test('the whole page of a service with trouble', () => {
  const shown = showStatus({
    ...aReport,
    service: { ...aReport.service, instances: [{ ...anInstance, rulesRefused: 'no', changedSinceStart: ['config.toml'] }] },
    lastPass: {
      id: 1, startedAt: noon - 3 * minute, endedAt: noon - 2 * minute, host: 'h', mode: 'service', exitCode: 0, lookedAt: 10,
      archived: 6, failed: 1, bytes: 2048,
    },
    components: counts({ archived: 1200, failed: 1 }),
    dismissed: new Map([['failed', 1]]),
    missingInArchive: 2,
    oldestIncomplete: {
      watch_name: 'in', group_key: 'g2', generation: 1, created_at: '2026-11-21 11:00:00.000',
      due_at: '2026-11-21 12:30:00.000', waits_for: 'waiting for .txt',
    },
    missingMetadata: 3,
    watches: [
      {
        ...aWatchLine, unaccounted: 1, report: {
          ...aWatchReport, rows: 5, subdirsNotEntered: 4, nearMisses: 1, samples: ['A.JSON'],
          restless: 2, unsettled: [{ path: '/in/x\udce9.log', since: noon - 3 * minute, lacks: null, told: true }],
        },
      },
      { ...aWatchLine, name: 'other', path: '/other', report: null, lastArrival: null, backlog: 0, failed: 0, unaccounted: null },
    ],
    archives: [
      { name: 'bad', archiveId: null, trouble: 'not mounted?', troubleSince: noon - minute, freeBytes: null, held: 4 },
      { name: 'main', archiveId: 'x', trouble: null, troubleSince: null, freeBytes: 1536, held: 0 },
    ],
    ledger: { components: 1201, unaccounted: 1 },
  }, noColours)
  expect(shown.join('\n').split('\n')).toEqual([
    'Service    alive: carbonation 0.1.0 on h, pid 7, since 2026-11-21 10:00:00 (2h ago), last heartbeat 30s ago',
    '           queue 2, workers active 1, settling 3',
    'Rules      refused, the old ones are kept: no',
    'Changed    since the start: config.toml; restart to use it',
    'Last pass  ended 2026-11-21 11:58:00 (2m ago) on h: looked at 10, archived 6 (2.0 KiB), newly in trouble 1, exit 0',
    '',
    'status      1h    4h    1d    7d   30d  total',
    'archived  1200  1200  1200  1200  1200   1200',
    'failed       1     1     1     1     1      1',
    '',
    'In delivery  6',
    'In archive   6, 2 missing',
    'Retry queue  0',
    'Dismissed    1 failed',
    'Oldest incomplete group: g2 [in], since 2026-11-21 11:00:00 (1h ago): waiting for .txt, until 2026-11-21 12:30:00 (in 30m)',
    'WARNING: 3 complete groups have no metadata',
    '',
    'Watches',
    '  in     ok                 /in',
    '    last arrival 5m ago, backlog 2, failed 1',
    '    watched by inotify: local ext4',
    '    12 files seen 1m ago = 5 in the ledger + 2 ignored + 1 unmatched + 3 settling + 1 unaccounted',
    '    4 subdirectories not entered',
    '    1 names differ from a pattern only in case',
    '    not taken: A.JSON',
    '    2 never come to rest, such as /in/x\\xe9.log, since 3m ago: it goes on changing',
    '  other  not looked at yet  /other',
    '    nothing arrived yet, backlog 0, failed 0',
    '',
    'Archives',
    '  bad   in trouble  since 1m ago, 4 groups held: not mounted?',
    '  main  ok          1.5 KiB free',
    '',
    'Ledger  1201 components, 1 unaccounted; "carbonation db check" says which',
  ])
})

test('a ledger that nothing has touched yet', () => {
  const shown = showStatus({
    ...aReport, components: counts({}), inDelivery: 0, inArchive: 0, ledger: { components: 0, unaccounted: 0 },
    service: { alive: false, lastHeartbeat: null, startedAt: null, queueDepth: 0, settling: 0, instances: [], passes: [] },
  }, noColours)
  expect(shown).toEqual([
    'Service    does not run', 'Last pass  none', '', 'No components in the database.', '', 'In delivery  0',
    'In archive   0', 'Retry queue  0', '', 'Watches', '', 'Archives', '  none was used yet', '',
    'Ledger  0 components, 0 unaccounted',
  ])
})

test('hosts that share a database are shown with what each does', () => {
  const lease: Lease = {
    host: 'h', pid: 7, process: 'p', configFile: '/c', mode: 'service', standby: false, watches: ['in', 'out'], archives: [], fence: 3,
    isOver: false, takenBy: null,
  }
  const lines = (one: Lease): string => showStatus({
    ...aReport, service: { ...aReport.service, instances: [{ ...anInstance, lease: one }], passes: [{ ...lease, host: 'cron', mode: 'once' }] },
  }, noColours).slice(0, 2).join('\n')
  expect(lines(lease)).toEndWith('settling 3, works on in, out\nPass       alive: on cron, pid 7, works on in, out')
  expect(lines({ ...lease, standby: true, watches: [] })).toContain('settling 3, stands by\n')
  expect(lines({ ...lease, standby: true })).toContain('settling 3, works on in, out as a standby\n')
  expect(lines({ ...lease, isOver: true })).toContain('settling 3, its lease is over\n')
  expect(lines({ ...lease, isOver: true, takenBy: 4 })).toContain('settling 3, its lease is over and its work taken\n')
})
