import { describe, expect, test } from 'bun:test'
import { levels, verdict, type Limits } from '../../../src/cli/status/verdict.ts'
import type { StatusReport } from '../../../src/service/status.ts'
import type { Pass } from '../../../src/store/passes.ts'
import { noon } from '../../store/a-filled-ledger.ts'
import { anInstance, aReport, aWatchLine, aWatchReport, counts } from './a-report.ts'

const minute = 60_000
const limits: Limits = { maxAgeMs: 15 * minute, maxFailed: 0 }
const check = (over: Partial<StatusReport>, own: Partial<Limits> = {}) => {
  const { level, line } = verdict({ ...aReport, ...over }, { ...limits, ...own })
  return [levels[level], line]
}
const nobody = { alive: false, lastHeartbeat: null, startedAt: null, queueDepth: 0, settling: 0, instances: [], passes: [] }
const pass = (endedAt: number): Pass => ({
  id: 1, startedAt: endedAt - 1000, endedAt, host: 'h', mode: 'once', exitCode: 0, lookedAt: 1, archived: 1, failed: 0, bytes: 1,
})

test('all is well', () => {
  expect(check({})).toEqual([0, 'CARBONATION OK - 6 components, 0 watches, last sign of life 30s ago'])
})

describe('a sign of life', () => {
  test('is what nothing but a first run gives', () => {
    expect(check({ service: nobody })).toEqual([2, 'CARBONATION CRITICAL - carbonation has never run on this database'])
  })

  test('is a pass of cron too', () => {
    expect(check({ service: nobody, lastPass: pass(noon - 15 * minute) })[0]).toBe(0)
    expect(check({ service: nobody, lastPass: pass(noon - 16 * minute) })).toEqual([
      2, 'CARBONATION CRITICAL - nothing runs: last sign of life 16m ago',
    ])
    expect(check({ service: nobody, lastPass: pass(noon - 16 * minute) }, { maxAgeMs: 20 * minute })[0]).toBe(0)
  })

  test('of another instance leaves a dead one a warning', () => {
    const dead = { ...anInstance, pid: 8, alive: false, lastHeartbeat: noon - 5 * minute }
    expect(check({ service: { ...aReport.service, instances: [anInstance, dead] } })).toEqual([
      1, 'CARBONATION WARNING - the service on h (pid 8) is dead: last heartbeat 5m ago',
    ])
  })
})

test('failed components are a warning beyond what is expected; dismissed ones do not count', () => {
  const failed = { components: counts({ failed: 3 }) }
  expect(check(failed)).toEqual([1, 'CARBONATION WARNING - 3 failed (at most 0 expected)'])
  expect(check({ ...failed, dismissed: new Map([['failed', 3]]) })[0]).toBe(0)
  expect(check(failed, { maxFailed: 3 })[0]).toBe(0)
})

test('whatever is unaccounted is critical', () => {
  expect(check({ ledger: { components: 6, unaccounted: 1 } })).toEqual([
    2, 'CARBONATION CRITICAL - 1 unaccounted in the ledger',
  ])
})

test('an archive in trouble is critical', () => {
  const bad = { name: 'main', archiveId: 'x', trouble: 'not mounted?', troubleSince: noon, freeBytes: null, held: 4 }
  expect(check({ archives: [bad] })).toEqual([
    2, 'CARBONATION CRITICAL - archive main in trouble, 4 groups held: not mounted?',
  ])
})

test('a watch that is not there is critical; one that nobody looked at yet is no alarm', () => {
  const missing = { ...aWatchLine, report: { ...aWatchReport, state: 'missing' as const, trouble: '/in is not there' } }
  expect(check({ watches: [missing] })).toEqual([2, 'CARBONATION CRITICAL - watch in is missing: /in is not there'])
  expect(check({ watches: [{ ...aWatchLine, report: null }] })[0]).toBe(0)
})

describe('a watch that is scanned', () => {
  const local = { id: '1', type: 'ext4', local: true }
  const watched = (report: Partial<typeof aWatchReport>) =>
    check({ watches: [{ ...aWatchLine, report: { ...aWatchReport, fileSystem: local, ...report } }] })
  const limit = 'local ext4; the limit of watched directories is reached (fs.inotify.max_user_watches = 8): scanned every 10 s'

  test('although events could tell of its files is a warning', () => {
    expect(watched({ reason: limit })).toEqual([1, `CARBONATION WARNING - watch in: ${limit}`])
    const blind = 'local overlay; 3 files came without an event, twice running: scanned every 10 s instead'
    expect(watched({ reason: blind })).toEqual([1, `CARBONATION WARNING - watch in: ${blind}`])
    const none = 'no inotify instance is left; raise sysctl fs.inotify.max_user_instances'
    expect(watched({ backend: null, reason: none })).toEqual([1, `CARBONATION WARNING - watch in: ${none}`])
  })

  test('since its config or its file system asks for that is none, nor is a single look', () => {
    expect(watched({ backend: 'poll', reason: 'backend = "poll": scanned every 10 s' })[0]).toBe(0)
    const nfs = { id: '1', type: 'nfs4', local: false }
    expect(watched({ backend: 'poll', reason: "nfs4 sends no events for other machines' writes: scanned every 10 s", fileSystem: nfs })[0]).toBe(0)
    expect(watched({ backend: null, reason: null })[0]).toBe(0)
  })
})

test('refused rules are a warning', () => {
  const refused = { ...anInstance, rulesRefused: 'rules.toml:3  no' }
  expect(check({ service: { ...aReport.service, instances: [refused] } })).toEqual([
    1, 'CARBONATION WARNING - new rules refused: rules.toml:3  no',
  ])
})

test('what is critical stands first, on one line', () => {
  const refused = { ...anInstance, rulesRefused: 'a\nb' }
  expect(check({
    components: counts({ failed: 1 }), ledger: { components: 6, unaccounted: 2 },
    service: { ...aReport.service, instances: [refused] },
  })).toEqual([
    2, 'CARBONATION CRITICAL - 2 unaccounted in the ledger; 1 failed (at most 0 expected); new rules refused: a\\nb',
  ])
})
