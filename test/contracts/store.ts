import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { note, step, type Component } from '../../src/domain/component.ts'
import type { Group } from '../../src/domain/group.ts'
import { identityText } from '../../src/domain/identity.ts'
import { hour, minute } from '../../src/domain/time.ts'
import { archivedAt } from '../../src/store/archived-at.ts'
import { archivedCounts, archivedElsewhere, archivedPage } from '../../src/store/archived-rows.ts'
import { archiveStates, rememberArchive } from '../../src/store/archive-state.ts'
import { groupDigest } from '../../src/store/digest.ts'
import { dueGroups } from '../../src/store/due-groups.ts'
import { heldBy, releaseHeld } from '../../src/store/held-groups.ts'
import { knownByPath } from '../../src/store/known-by-path.ts'
import { knownInDirectory } from '../../src/store/known-in-directory.ts'
import { loadGroups } from '../../src/store/load-groups.ts'
import { settleMoves } from '../../src/store/mark-removed.ts'
import { migrate } from '../../src/store/migrations.ts'
import { addPluginColumns } from '../../src/store/plugin-columns.ts'
import { Overtaken } from '../../src/store/overtaken.ts'
import { recordBatch } from '../../src/store/record-batch.ts'
import { reopenChangedRules } from '../../src/store/reopen-changed-rules.ts'
import { underOtherRules } from '../../src/store/under-other-rules.ts'
import type { Columns } from '../../src/plugin/contract.ts'
import type { Sql } from '../../src/world.ts'
import { aComponent, aGroup, anIdentity } from '../fakes/builders.ts'
import { startOfTime as now } from '../fakes/clock.ts'

const columns: Columns = { start: { type: 'datetime' }, category: { type: 'string' }, count: { type: 'bigint' }, extra: { type: 'json' } }

/** What the ledger promises to those who write and ask it, on every engine. */
export const storeContract = (name: string, open: () => Sql | Promise<Sql>) => {
  describe(`${name}, as the ledger,`, () => {
    let sql: Sql

    beforeEach(async () => {
      sql = await open()
      await migrate(sql, now)
      await addPluginColumns(sql, columns)
    })
    afterEach(() => sql.close())

    const record = (groups: readonly Group[], at = now) => recordBatch(sql, groups, { now: at, columns })
    const load = async (key = 'a', watchName = 'w'): Promise<Group> => {
      const digest = groupDigest(watchName, key)
      const group = (await loadGroups(sql, [digest])).get(digest)
      if (group === undefined) throw new Error(`the ledger has no group ${key}`)
      return group
    }
    const events = () => sql.all<{ from_status: string | null; to_status: string; stage: string; detail: string | null; actor: string }>(
      'select from_status, to_status, stage, detail, actor from events order by id')
    const count = async (table: string) => (await sql.all<{ n: number }>(`select count(*) as n from ${table}`))[0]?.n

    describe('a batch', () => {
      test('comes back as it was written', async () => {
        const [id] = await record([aGroup({
          fileType: 'signal', members: [detected('/in/a.txt'), archivedNow('/in/a.json')], metadata: { category: 'alpha' }, complete: true,
          completedAt: now, selectedBy: 'rule 1', routedBy: 'the watch', archiveName: 'main', number: 2, rulesDigest: 'r', dueAt: now + hour,
          warnedAt: now, primaryExtension: '.json',
        })])
        const group = await load()
        expect(group).toMatchObject({
          id, watchName: 'w', fileType: 'signal', key: 'a', generation: 1, createdAt: now, lastArrivalAt: now, metadata: { category: 'alpha' },
          complete: true, completedAt: now, selectedBy: 'rule 1', routedBy: 'the watch', archiveName: 'main', number: 2, rulesDigest: 'r',
          dueAt: now + hour, warnedAt: now, heldBy: null, releaseRequested: false, previous: [],
        })
        expect(group.members.map((one) => [one.path, one.extension, one.status, one.before, one.steps.length])).toEqual([
          ['/in/a.txt', '.txt', 'detected', 'detected', 0], ['/in/a.json', '.json', 'archived', 'archived', 0],
        ])
        expect(group.members[1]).toMatchObject({
          identity: anIdentity(), sha256: 'a'.repeat(64), place: { archive: 'main', key: 'alpha/a.json', path: '/archive/alpha/a.json' },
          inDelivery: true, detectedAt: now, origin: 'delivered', seen: null,
        })
      })

      test('keeps paths of any bytes, and numbers beyond 2^53', async () => {
        const path = '/in/caf\udce9.txt'
        const identity = anIdentity({ mtimeNs: '1763719200123456789', inode: '18446744073709551615' })
        await record([aGroup({ members: [detected(path, { identity })] })])
        expect((await load()).members[0]).toMatchObject({ path, identity })
        expect(await sql.all('select filename, source_path from file_components')).toEqual([
          { filename: 'caf\\xe9.txt', source_path: '/in/caf\\xe9.txt' },
        ])
      })

      test('keeps a group by a key of any length', async () => {
        const key = Array.from({ length: 200 }, () => crypto.randomUUID()).join('/')
        await record([aGroup({ key, members: [] })])
        expect((await load(key)).key).toBe(key)
        expect(await sql.all('select generation from files where group_key = ?', [key])).toEqual([{ generation: 1 }])
      })

      test('fills the columns of the plugin', async () => {
        const metadata = { start: '2026-01-02T03:04:05.000Z', category: 'alpha', count: 2n ** 60n, extra: { a: [1] } }
        await record([aGroup({ metadata })])
        const [row] = await sql.all('select start, category, cast(count as text) as count, extra from files')
        expect(row).toEqual({ start: '2026-01-02 03:04:05.000', category: 'alpha', count: '1152921504606846976', extra: '{"a":[1]}' })
      })

      test('writes every step as an event, in order, with its actor', async () => {
        const member = step(detected('/in/a.txt'), 'waiting', 'completeness', 'waiting for .json')
        await record([aGroup({ members: [note(member, 'archive', 'a stranger')] })])
        expect(await events()).toEqual([
          { from_status: null, to_status: 'detected', stage: 'record', detail: null, actor: 'record' },
          { from_status: 'detected', to_status: 'waiting', stage: 'completeness', detail: 'waiting for .json', actor: 'completeness' },
          { from_status: 'waiting', to_status: 'waiting', stage: 'archive', detail: 'a stranger', actor: 'archive' },
        ])
      })

      test('may be written in the name of a person', async () => {
        await recordBatch(sql, [aGroup({ members: [detected('/in/a.txt')] })], { now, columns, actor: 'ann: carbonation retry' })
        expect((await events())[0]?.actor).toBe('ann: carbonation retry')
      })

      test('leaves members alone that nothing happened to', async () => {
        await record([aGroup({ members: [detected('/in/a.txt')] })])
        await sql.run("update file_components set error_message = 'kept'")
        await record([await load()])
        expect([(await load()).members[0]?.error, await count('events')]).toEqual(['kept', 1])
      })

      test('changes the rows that are there', async () => {
        await record([aGroup({ members: [detected('/in/a.txt')] })])
        const group = await load()
        const member = step({ ...only(group), retryCount: 2, nextRetryAt: now + minute }, 'retry_pending', 'metadata', 'no header')
        await record([{ ...group, members: [member], dueAt: now + minute }], now + 1)
        expect(await load()).toMatchObject({
          dueAt: now + minute, members: [{ status: 'retry_pending', retryCount: 2, nextRetryAt: now + minute, error: 'no header' }],
        })
        expect([await count('files'), await count('file_components')]).toEqual([1, 1])
      })

      test('is all or nothing: rows that somebody else changed meanwhile end it', async () => {
        await record([aGroup({ members: [detected('/in/a.txt')] })])
        const group = await load()
        await sql.run("update file_components set status = 'failed'")
        const late = { ...group, members: [step(only(group), 'waiting', 'completeness', 'late')] }
        await expect(record([aGroup({ key: 'b', members: [detected('/in/b.txt')] }), late])).rejects.toBeInstanceOf(Overtaken)
        expect([await count('files'), await count('events')]).toEqual([1, 1])
      })

      test('does not undo what a person asked for meanwhile', async () => {
        await record([aGroup({ members: [detected('/in/a.txt')] })])
        const group = await load()
        await sql.run('update files set release_requested = 1, due_at = ?', ['2026-11-21 10:00:00.000'])
        await expect(record([group])).rejects.toBeInstanceOf(Overtaken)
        expect((await load()).releaseRequested).toBe(true)
      })
    })

    describe('groups that were archived', () => {
      test('are numbered once, in the order of their commits', async () => {
        const receipt = { archive: 'main', id: 'put-1' }
        await record([aGroup({ members: [archivedNow('/in/a.txt')], receipt }), aGroup({ key: 'b', members: [detected('/in/b.txt')] })])
        await record([aGroup({ key: 'c', members: [archivedNow('/in/c.txt')], receipt })])
        const again = await load('a')
        await record([{ ...again, receipt }])
        expect([await load('a'), await load('b'), await load('c')].map((one) => one.completedSeq)).toEqual([1, null, 2])
      })

      test('stand for their primary member', async () => {
        await record([aGroup({ members: [archivedNow('/in/a.txt'), archivedNow('/in/a.json')], primaryExtension: '.json' })])
        expect(await sql.all('select archive_path from files')).toEqual([{ archive_path: '/archive/alpha/a.json' }])
      })
    })

    describe('a later generation', () => {
      const first = () => record([aGroup({ members: [archivedNow('/in/a.txt'), archivedNow('/in/a.json')] })])
      const second = (more: Partial<Group> = {}) => record([aGroup({ generation: 2, members: [archivedNow('/in/a.txt')], ...more })])

      test('is the latest one, and knows what is archived of the one before', async () => {
        await first()
        await second()
        const group = await load()
        expect([group.generation, group.members.map((one) => one.path), group.previous.map((one) => one.path)]).toEqual([
          2, ['/in/a.txt'], ['/in/a.txt', '/in/a.json'],
        ])
        expect(await sql.all('select generation, is_latest from files order by generation')).toEqual([
          { generation: 1, is_latest: 0 }, { generation: 2, is_latest: 1 },
        ])
      })

      test('ends what the one before it still waited for', async () => {
        await record([aGroup({ members: [archivedNow('/in/a.txt')], dueAt: 1, heldBy: 'main' })])
        await second()
        expect(await sql.all('select due_at, held_by from files')).toEqual([
          { due_at: null, held_by: null }, { due_at: null, held_by: null },
        ])
      })

      test('takes over the path: one current row each', async () => {
        await first()
        await second()
        expect((await knownInDirectory(sql, '/in')).map((one) => one.path).toSorted()).toEqual(['/in/a.json', '/in/a.txt'])
      })

      test('that replaces leaves nothing archived of those before, and an event says so', async () => {
        await first()
        await second({ supersedes: true })
        expect((await load()).previous).toEqual([])
        expect(await sql.all("select count(*) as n from file_components where status = 'superseded' and in_archive = 0")).toEqual([{ n: 2 }])
        expect((await events()).filter((one) => one.to_status === 'superseded').map((one) => one.detail)).toEqual([
          'generation 2 replaced it', 'generation 2 replaced it',
        ])
      })
    })

    test('groups that the ledger does not know are absent; equal keys of two watches are two groups', async () => {
      await record([aGroup({ members: [detected('/in/a.txt')] }), aGroup({ watchName: 'v', members: [detected('/v/a.txt')] })])
      const digests = [groupDigest('w', 'a'), groupDigest('v', 'a'), groupDigest('w', 'none')]
      const groups = await loadGroups(sql, digests)
      expect([groups.size, groups.get(digests[1] ?? '')?.watchName]).toEqual([2, 'v'])
      expect((await loadGroups(sql, [])).size).toBe(0)
    })

    test('groups are due from their time on, the longest due first, up to a limit', async () => {
      const due = (key: string, dueAt: number | null) => aGroup({ key, members: [detected(`/in/${key}.txt`)], dueAt })
      await record([due('b', now - 1), due('a', now - 2), due('c', now + 1), due('d', null)])
      expect(await dueGroups(sql, ['w'], now, 10)).toEqual([{ watchName: 'w', key: 'a' }, { watchName: 'w', key: 'b' }])
      expect(await dueGroups(sql, ['w'], now, 1)).toEqual([{ watchName: 'w', key: 'a' }])
      expect(await dueGroups(sql, ['w'], now - 3, 10)).toEqual([])
    })

    test('groups of a watch that nobody works on, however many and long due, keep no others from their turn', async () => {
      const due = (watchName: string, key: string, dueAt: number) =>
        aGroup({ watchName, key, members: [detected(`/${watchName}/${key}.txt`)], dueAt })
      await record([due('left', 'a', now - 9), due('left', 'b', now - 8), due('w', 'c', now - 1)])
      expect(await dueGroups(sql, ['w'], now, 2)).toEqual([{ watchName: 'w', key: 'c' }])
    })

    describe('what is known of a file', () => {
      test('is known in its directory alone, and by its path', async () => {
        await record([aGroup({ members: [detected('/in/a.txt')] }), aGroup({ key: 'd/b', members: [detected('/in/d/b.txt')] })])
        expect((await knownInDirectory(sql, '/in')).map((one) => one.path)).toEqual(['/in/a.txt'])
        expect((await knownInDirectory(sql, '/in/d')).map((one) => [one.path, one.groupKey])).toEqual([['/in/d/b.txt', 'd/b']])
        const known = await knownByPath(sql, ['/in/a.txt', '/in/none'])
        expect([...known.keys()]).toEqual(['/in/a.txt'])
        const { device: _, ...recorded } = anIdentity()
        expect(known.get('/in/a.txt')).toMatchObject({ watchName: 'w', groupKey: 'a', status: 'detected', seen: null, ...recorded })
      })

      test('says what was last seen of a redelivery that is ignored', async () => {
        const seen = identityText(anIdentity({ sizeBytes: 5 }))
        await record([aGroup({ members: [{ ...archivedNow('/in/a.txt'), seen }] })])
        expect((await knownByPath(sql, ['/in/a.txt'])).get('/in/a.txt')?.seen).toBe(seen)
      })

      test('does not hold files that are not in delivery any more', async () => {
        await record([aGroup({ members: [{ ...archivedNow('/in/a.txt'), inDelivery: false }] })])
        expect([(await knownInDirectory(sql, '/in')).length, (await knownByPath(sql, ['/in/a.txt'])).size]).toEqual([0, 0])
      })
    })

    test('a source that was removed leaves the delivery; one that could not be keeps the reason', async () => {
      await record([aGroup({ members: [archivedNow('/in/a.txt'), archivedNow('/in/b.txt'), detected('/in/c.txt')] })])
      await settleMoves(sql, [
        { path: '/in/a.txt', removed: true, reason: null }, { path: '/in/b.txt', removed: false, reason: 'permission denied' },
        { path: '/in/c.txt', removed: true, reason: null },
      ], [], now)
      expect((await load()).members.map((one) => [one.path, one.inDelivery, one.error])).toEqual([
        ['/in/a.txt', false, null], ['/in/b.txt', true, 'permission denied'], ['/in/c.txt', true, null],
      ])
      expect((await sql.all("select cleared_at is null as there from file_components order by id")).map((row) => Number(row['there']))).toEqual([0, 1, 1])
    })

    test('a group that owed the end of its move is due for what else it waits for, unless somebody made it due again', async () => {
      const owing = (key: string, dueAt: number | null) => ({ watchName: 'w', key, generation: 1, owedAt: now, dueAt })
      const due = (key: string, dueAt: number) => aGroup({ key, members: [archivedNow(`/in/${key}.txt`)], dueAt })
      await record([due('a', now), due('b', now), due('c', now - 1)])
      await settleMoves(sql, [], [owing('a', null), owing('b', now + hour), owing('c', null)], now)
      expect([(await load('a')).dueAt, (await load('b')).dueAt, (await load('c')).dueAt]).toEqual([null, now + hour, now - 1])
    })

    describe('under changed rules', () => {
      const rest = (key: string, status: 'integrity_failed' | 'not_selected' | 'waiting' | 'timed_out' | 'archived', rulesDigest = 'old') =>
        aGroup({
          key, rulesDigest,
          members: [status === 'timed_out' ? step(step(detected(`/in/${key}`), 'waiting', 'completeness', 'why'), status, 'completeness', 'why')
            : status === 'archived' ? archivedNow(`/in/${key}`) : step(detected(`/in/${key}`), status, 'selection', 'why')],
        })

      test('what they refused or left undecided is due, and what they refused is detected', async () => {
        await record([
          rest('failed', 'integrity_failed'), rest('unwanted', 'not_selected'), rest('waits', 'waiting'), rest('late', 'timed_out'), rest('done', 'archived'),
        ])
        const found = await underOtherRules(sql, 'w', 'new', 10)
        expect(found).toHaveLength(3)
        await reopenChangedRules(sql, found, 'new', now)
        expect((await dueGroups(sql, ['w'], now, 10)).map((one) => one.key).toSorted()).toEqual(['failed', 'unwanted', 'waits'])
        expect((await Promise.all(['failed', 'unwanted', 'waits', 'late', 'done'].map((key) => load(key)))).map((one) => only(one).status)).toEqual([
          'detected', 'detected', 'waiting', 'timed_out', 'archived',
        ])
        expect((await events()).filter((one) => one.detail === 'the rules changed')).toHaveLength(2)
      })

      test('what was decided under these very rules is left alone, and so is another watch', async () => {
        await record([rest('same', 'not_selected', 'new'), { ...rest('other', 'not_selected'), watchName: 'v' }])
        expect(await underOtherRules(sql, 'w', 'new', 10)).toEqual([])
      })

      test('what somebody judged by these rules meanwhile is not brought back', async () => {
        await record(['a', 'b', 'c'].map((key) => rest(key, 'not_selected')))
        const found = await underOtherRules(sql, 'w', 'new', 2)
        expect(found).toHaveLength(2)
        await sql.run("update files set rules_digest = 'new' where id = ?", [found[0] ?? 0])
        await reopenChangedRules(sql, found, 'new', now)
        expect(await dueGroups(sql, ['w'], now, 10)).toHaveLength(1)
        expect(await underOtherRules(sql, 'w', 'new', 10)).toHaveLength(1)
      })
    })

    test('what it has in each archive: how many files, a page of all together, and one that stands elsewhere', async () => {
      const inArchive = (name: string, path: string) => {
        const one = archivedNow(`/in/${name}.txt`)
        return aGroup({ key: name, members: [{ ...one, place: { archive: name, key: `${name}.txt`, path } }] })
      }
      await record([inArchive('main', '/archive/main.txt'), inArchive('Main', '/archive/é/Main.txt'), inArchive('moved', '/old/moved.txt')])
      expect(new Map([...(await archivedCounts(sql))].toSorted())).toEqual(new Map([['Main', 1], ['main', 1], ['moved', 1]]))
      expect((await archivedPage(sql, ['main', 'moved'], { after: 0, newest: 9 })).map((one) => [one.archiveName, one.path])).toEqual([
        ['main', '/archive/main.txt'], ['moved', '/old/moved.txt'],
      ])
      const roots = new Map([['main', '/archive'], ['Main', '/archive/é'], ['moved', '/archive'], ['empty', '/']])
      expect(await archivedElsewhere(sql, roots)).toEqual(new Map([['moved', '/old/moved.txt']]))
      expect(await archivedElsewhere(sql, new Map([['main', '/arch']]))).toEqual(new Map([['main', '/archive/main.txt']]))
    })

    test('which archive paths the ledger has with these very bytes, in this generation', async () => {
      await record([aGroup({ members: [archivedNow('/in/a.txt'), { ...detected('/in/b.txt'), sha256: 'a'.repeat(64) }] })])
      const sha256 = 'a'.repeat(64)
      const places = [
        { path: '/archive/alpha/none', sha256, generation: 1 }, { path: '/archive/alpha/a.txt', sha256, generation: 1 },
        { path: '/archive/alpha/a.txt', sha256: 'f'.repeat(64), generation: 1 }, { path: '/archive/alpha/b.txt', sha256, generation: 1 },
        { path: '/archive/alpha/a.txt', sha256, generation: 2 },
      ]
      expect([...(await archivedAt(sql, places))]).toEqual([1])
      expect([...(await archivedAt(sql, []))]).toEqual([])
    })

    describe('an archive', () => {
      test('is remembered by its id, with its trouble and since when', async () => {
        const remember = (trouble: string | null, at: number) => rememberArchive(sql, { name: 'main', archiveId: 'id-1', trouble }, at)
        await remember(null, now)
        expect(await archiveStates(sql)).toEqual([{ name: 'main', archiveId: 'id-1', trouble: null, troubleSince: null }])
        await remember('full', now)
        await remember('still full', now + hour)
        expect(await archiveStates(sql)).toEqual([
          { name: 'main', archiveId: 'id-1', trouble: 'still full', troubleSince: '2026-11-21 10:00:00.000' },
        ])
        await remember(null, now + hour)
        expect((await archiveStates(sql))[0]).toMatchObject({ trouble: null, troubleSince: null })
      })

      const held = () => record([
        aGroup({ members: [detected('/in/a.txt')], heldBy: 'main' }), aGroup({ key: 'b', members: [detected('/in/b.txt')], heldBy: 'other' }),
      ])

      test('whose trouble ends gives its groups free, and those alone', async () => {
        await held()
        await rememberArchive(sql, { name: 'main', archiveId: null, trouble: null }, now)
        expect(await dueGroups(sql, ['w'], now, 9)).toEqual([{ watchName: 'w', key: 'a' }])
      })

      test('in trouble holds its groups; they may try their luck', async () => {
        await held()
        await rememberArchive(sql, { name: 'main', archiveId: null, trouble: 'full' }, now)
        expect([await dueGroups(sql, ['w'], now, 9), await heldBy(sql, 'main')]).toEqual([[], 1])
        expect(await releaseHeld(sql, 'main', now)).toBe(1)
        expect([await heldBy(sql, 'main'), await releaseHeld(sql, 'main', now), (await dueGroups(sql, ['w'], now, 9)).length]).toEqual([0, 0, 1])
      })
    })
  })
}

const detected = (path: string, more: Partial<Component> = {}): Component => step(aComponent(path, more), 'detected', 'record', null)

const archivedNow = (path: string): Component => {
  const key = `alpha/${path.slice(path.lastIndexOf('/') + 1)}`
  return {
    ...step(detected(path), 'archived', 'archive', null), sha256: 'a'.repeat(64), place: { archive: 'main', key, path: `/archive/${key}` },
  }
}

const only = ({ members: [member] }: Group): Component => {
  if (member === undefined) throw new Error('a group without members')
  return member
}
