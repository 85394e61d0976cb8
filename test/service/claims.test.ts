import { afterEach, beforeEach, expect, test } from 'bun:test'
import { openCandidates, type Candidate } from '../../src/service/candidates.ts'
import { openClaims, type Claims } from '../../src/service/claims.ts'
import { claimGroups } from '../../src/store/claims.ts'
import { groupDigest } from '../../src/store/digest.ts'
import { Overtaken } from '../../src/store/overtaken.ts'
import type { Sql } from '../../src/world.ts'
import { fakeClock, type FakeClock } from '../fakes/clock.ts'
import { aGroup } from '../fakes/builders.ts'
import { aLedger } from '../store/a-ledger.ts'
import { isOnServer } from '../servers/a-sql.ts'

let sql: Sql
let clock: FakeClock
let claims: Claims
/** What the next transaction beside the writer's waits for, before its first statement. */
let gate: Promise<void> | null = null

beforeEach(async () => {
  sql = await aLedger()
  clock = fakeClock()
  gate = null
  const aside = async <T>(work: (tx: Sql) => Promise<T>): Promise<T> => {
    const held = gate
    gate = null
    await held
    return sql.transaction(work)
  }
  claims = openClaims({ sql: { ...sql, aside }, candidates: openCandidates(), clock, lease: { fence: () => 1, isLost: () => false } })
})
afterEach(() => sql.close())

const identity = { sizeBytes: 1, mtimeNs: '1', ctimeNs: '1', inode: '1', device: '1' }

const candidate = (key: string, ...names: readonly string[]): Candidate => ({
  watchName: 'w', key, digest: groupDigest('w', key), fresh: new Map(names.map((name) => [`/in/${name}`, identity])), due: false,
})
const claimed = async () => (await sql.all<{ group_digest: string }>('select group_digest from claims where fence = 1')).map((one) => one.group_digest)
/** The next transaction waits at the gate. */
const untilGated = async () => {
  while (gate !== null) await Promise.resolve()
}
const recordOf = (key: string) => claims.record([aGroup({ watchName: 'w', key })], (own) => own.transaction(async () => undefined))

test.skipIf(isOnServer)('what is claimed while it is given back is ours afterwards, and can be recorded', async () => {
  const one = candidate('a', 'a.txt')
  await claims.take([one])
  claims.letGo([one])
  const opened = Promise.withResolvers<void>()
  gate = opened.promise
  const givenBack = claims.tend()
  const taken = claims.take([one])
  opened.resolve()
  await givenBack
  expect(await taken).toEqual([one])
  expect(await claimed()).toEqual([one.digest])
  await recordOf('a')
})

test.skipIf(isOnServer)('what is given back just now is not claimed with the next batch, but after it', async () => {
  const [one, two] = [candidate('a', 'a.txt'), candidate('b', 'b.txt')]
  await claims.take([one, two])
  claims.letGo([one])
  const opened = Promise.withResolvers<void>()
  gate = opened.promise
  const givenBack = claims.tend()
  await untilGated()
  claims.candidates.add('w', 'a', { path: '/in/a.txt', identity })
  await recordOf('b')
  opened.resolve()
  await givenBack
  expect(await claimed()).toEqual([two.digest])
  expect((await claims.take(claims.candidates.take(10, 1000))).map((each) => each.key)).toEqual(['a'])
  await recordOf('a')
})

test.skipIf(isOnServer)('a group that is lost to another host is claimed anew, not recorded again and again', async () => {
  const one = candidate('a', 'a.txt')
  await claims.take([one])
  await sql.run('delete from claims')
  await sql.transaction((tx) => claimGroups(tx, 2, [one.digest]))
  expect(await recordOf('a').catch((error: unknown) => error)).toBeInstanceOf(Overtaken)
  expect(await claims.take([one])).toEqual([])
  await sql.run('delete from claims')
  expect(await claims.take([one])).toEqual([one])
})

test.skipIf(isOnServer)('of a group that another host has in hand, every file is remembered', async () => {
  const [first, second] = [candidate('a', 'a.txt'), candidate('a', 'a.json')]
  await sql.transaction((tx) => claimGroups(tx, 2, [first.digest]))
  await claims.take([first])
  await claims.take([second])
  await sql.run('delete from claims')
  await clock.advance(2000)
  await claims.tend()
  const [again] = claims.candidates.take(10, 1000)
  expect([...(again?.fresh.keys() ?? [])]).toEqual(['/in/a.txt', '/in/a.json'])
})
