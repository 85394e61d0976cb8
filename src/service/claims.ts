import type { Group } from '../domain/group.ts'
import type { Identity } from '../domain/identity.ts'
import type { Path } from '../domain/path.ts'
import type { Instant, Millis } from '../domain/time.ts'
import { claimDue, claimGroups, claimToEnd, releaseClaims, requireClaims } from '../store/claims.ts'
import { groupDigest } from '../store/digest.ts'
import { dueGroups } from '../store/due-groups.ts'
import { knownByPath } from '../store/known-by-path.ts'
import type { Clock, Sql } from '../world.ts'
import type { Candidate, Candidates } from './candidates.ts'
import type { SharedSql } from './fenced.ts'
import { isKnown } from './is-known.ts'
import { batchBytes, batchGroups } from './lanes.ts'
import type { Lease } from './lease.ts'

/** Which groups this process works on, of those that other hosts could work on as well. */
export type Claims = {
  /** Those of a batch that are ours now and still have something new about them. What others have in hand is asked for again. */
  take(batch: readonly Candidate[]): Promise<readonly Candidate[]>
  /** As `take`, for groups whose work somebody left half done. */
  takeToEnd(batch: readonly Candidate[]): Promise<readonly Candidate[]>
  /** Groups of these watches whose time has come. */
  due(watchNames: readonly string[], now: Instant, limit: number): Promise<readonly { readonly watchName: string; readonly key: Path }[]>
  /** Writes what a batch came to, if its groups are ours, and claims the next batch in the same transaction. */
  record(groups: readonly Group[], write: (sql: Sql) => Promise<unknown>): Promise<void>
  /** Nothing more is to be done about these: others may have them. */
  letGo(batch: readonly Candidate[]): void
  /** Asks again for what others had in hand, and gives back what is not needed any more. */
  tend(): Promise<void>
  /** Where the next batch comes from. */
  readonly candidates: Candidates
  /** How many groups are claimed and not yet let go. */
  readonly inHand: number
}

/** Everything is ours: locks on the watches keep others away. */
export const allOurs = (sql: Sql, candidates: Candidates): Claims => ({
  take: async (batch) => batch,
  takeToEnd: async (batch) => batch,
  due: async (watchNames, now, limit) => (await dueGroups(sql, now, limit)).filter((one) => watchNames.includes(one.watchName)),
  record: async (_, write) => void (await write(sql)),
  letGo: () => undefined,
  tend: async () => undefined,
  candidates,
  inHand: 0,
})

type Needed = {
  /** Each transaction of it fails where the lease was lost. */
  readonly sql: SharedSql
  readonly candidates: Candidates
  readonly clock: Clock
  readonly lease: Pick<Lease, 'fence' | 'isLost'>
}

/** What others have in hand is asked for again this often. */
const askAgainMs: Millis = 1000
/** Groups that are asked for again; of more, only a scan knows. */
const mostRefused = 20_000

/** Groups are claimed a batch at a time, under the fence of the lease. */
export const openClaims = ({ sql, candidates, clock, lease }: Needed): Claims => {
  let fence: number | null = null
  /** Ours in the database. */
  const held = new Set<string>()
  /** Of these, what is not needed any more: the database is to be told. */
  const free = new Set<string>()
  /** What it is being told of just now. Claimed meanwhile, it would be lost again. */
  const leaving = new Set<string>()
  /** What somebody left half done, as long as that is ended. */
  const ending = new Set<string>()
  /** Batches that were claimed by the transaction which recorded one before. */
  const ahead: (readonly Candidate[])[] = []
  const refused = new Map<string, Candidate>()
  let askAt = 0

  /** What was claimed under an earlier lease is not ours any more. */
  const mine = (): number => {
    const now = lease.fence()
    if (now !== fence) for (const all of [held, free, ending]) all.clear()
    fence = now
    return now ?? 0
  }
  const refuse = (batch: readonly Candidate[]): void => {
    for (const one of batch) {
      const before = refused.get(one.digest)
      if (before !== undefined) refused.set(one.digest, { ...one, fresh: new Map([...before.fresh, ...one.fresh]) })
      else if (!one.due && refused.size < mostRefused) refused.set(one.digest, one)
    }
  }
  const giveUp = (batch: readonly Candidate[]): void => {
    candidates.release(batch)
    for (const one of batch) addAgain(one, candidates)
  }
  /** One after the other, so that nothing is claimed while it is given back. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const own = last.then(work)
    last = own.catch(() => undefined)
    return own
  }
  let last: Promise<unknown> = Promise.resolve()
  /** Gives back what is not needed any more, and does something else in the same transaction. */
  const givingBack = async <T>(work: (tx: Sql, by: number) => Promise<T>): Promise<T> => {
    const by = mine()
    const gone = [...free]
    free.clear()
    for (const one of gone) {
      held.delete(one)
      leaving.add(one)
    }
    try {
      return await sql.aside(async (tx) => {
        await releaseClaims(tx, by, gone)
        return work(tx, by)
      })
    } catch (error) {
      for (const one of gone) free.add(one)
      throw error
    } finally {
      leaving.clear()
    }
  }
  const claim = (batch: readonly Candidate[]): Promise<readonly Candidate[]> => inTurn(async () => {
    mine()
    const wanted = batch.filter((one) => !held.has(one.digest) || free.has(one.digest)).map((one) => one.digest)
    for (const one of wanted) free.delete(one)
    if (wanted.length > 0) {
      const granted = await givingBack((tx, by) => claimGroups(tx, by, wanted))
      for (const one of wanted) {
        if (granted.has(one)) held.add(one)
        else held.delete(one)
      }
    }
    return batch.filter((one) => held.has(one.digest))
  })
  const letGo = (batch: readonly Candidate[]): void => {
    for (const { digest } of batch) if (ending.delete(digest) || held.has(digest)) free.add(digest)
  }
  /** The next batch, as long as none is claimed already. */
  const next = (): readonly Candidate[] =>
    ahead.length > 0 || lease.isLost() ? [] : candidates.take(batchGroups, batchBytes)

  return {
    take: async (batch) => {
      const own = await claim(batch)
      refuse(batch.filter((one) => !own.includes(one)))
      const news = await withNews(own, sql)
      letGo(own.filter((one) => !news.includes(one)))
      return news
    },
    takeToEnd: async (batch) => {
      const by = mine()
      const ours = await sql.aside((tx) => claimToEnd(tx, by, batch.map((one) => one.digest)))
      for (const one of ours) ending.add(one)
      return batch.filter((one) => ours.has(one.digest))
    },
    due: (watchNames, now, limit) => inTurn(async () => {
      const due = await givingBack((tx, by) => claimDue(tx, by, watchNames, { now, limit }))
      for (const one of due) held.add(one.digest)
      return due
    }),
    record: async (groups, write) => {
      const by = mine()
      const digests = groups.map((one) => groupDigest(one.watchName, one.key))
      const taken = next()
      const coming = taken.filter((one) => !leaving.has(one.digest))
      for (const one of coming) free.delete(one.digest)
      let granted: ReadonlySet<string> = new Set()
      try {
        await write(endingWith(sql, async (tx) => {
          await requireClaims(tx, by, digests)
          if (coming.length > 0) granted = await claimGroups(tx, by, coming.map((one) => one.digest))
        }))
      } catch (error) {
        giveUp(taken)
        // Whose they are is asked anew.
        for (const one of digests) held.delete(one)
        throw error
      }
      for (const one of granted) held.add(one)
      const refusals = taken.filter((one) => !granted.has(one.digest))
      candidates.release(refusals)
      refuse(refusals)
      const ours = taken.filter((one) => granted.has(one.digest))
      if (ours.length > 0) ahead.push(ours)
    },
    letGo,
    tend: async () => {
      if (clock.monotonic() < askAt) return
      askAt = clock.monotonic() + askAgainMs
      if (free.size > 0) await inTurn(() => givingBack(async () => undefined))
      const waiting = [...refused.values()]
      refused.clear()
      for (const one of await withNews(waiting, sql)) addAgain(one, candidates)
    },
    candidates: {
      ...candidates,
      take: (limit, bytes) => ahead.shift() ?? candidates.take(limit, bytes),
      get size() {
        return candidates.size + ahead.reduce((sum, one) => sum + one.length, 0)
      },
      get inHand() {
        return candidates.inHand
      },
    },
    get inHand() {
      return held.size - free.size
    },
  }
}

/** A transaction of it does this last. */
const endingWith = (sql: Sql, last: (tx: Sql) => Promise<void>): Sql => ({
  ...sql,
  transaction: (work) => sql.transaction(async (tx) => {
    const result = await work(tx)
    await last(tx)
    return result
  }),
})

const addAgain = ({ watchName, key, fresh, due }: Candidate, candidates: Candidates): void => {
  if (due) candidates.add(watchName, key, null)
  for (const [path, identity] of fresh) candidates.add(watchName, key, { path, identity })
}

/** Paths that the ledger is asked about at once. */
const askAtOnce = 1000

/** Those of which the ledger does not know everything yet: another host may have worked them off meanwhile. */
const withNews = async (batch: readonly Candidate[], sql: Sql): Promise<readonly Candidate[]> => {
  const paths = batch.flatMap((one) => (one.due ? [] : [...one.fresh.keys()]))
  const known = new Map<Path, Parameters<typeof isKnown>[0]>()
  for (let at = 0; at < paths.length; at += askAtOnce) {
    for (const [path, row] of await knownByPath(sql, paths.slice(at, at + askAtOnce))) known.set(path, row)
  }
  const isNew = (path: Path, identity: Identity | null): boolean => {
    const row = known.get(path)
    return identity === null ? row !== undefined : row === undefined || !isKnown(row, identity)
  }
  return batch.filter((one) => one.due || [...one.fresh].some(([path, identity]) => isNew(path, identity)))
}
