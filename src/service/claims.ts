import type { Group } from '../domain/group.ts'
import type { Path } from '../domain/path.ts'
import type { Instant, Millis } from '../domain/time.ts'
import { claimDue, claimGroups, claimToEnd, releaseClaims, requireClaims } from '../store/claims.ts'
import { groupDigest } from '../store/digest.ts'
import type { Clock, Sql } from '../world.ts'
import { addAgain, type Candidate, type Candidates } from './candidates.ts'
import { openClaimedAhead } from './claimed-ahead.ts'
import { openClaimBook } from './claim-book.ts'
import type { SharedSql } from './fenced.ts'
import { batchBytes, batchGroups } from './lanes.ts'
import type { Lease } from './lease.ts'
import { openRefusedGroups } from './refused-groups.ts'
import { withNews } from './with-news.ts'

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

type Needed = {
  /** Each transaction of it fails where the lease was lost. */
  readonly sql: SharedSql
  readonly candidates: Candidates
  readonly clock: Clock
  readonly lease: Pick<Lease, 'fence' | 'isLost'>
}

/** What others have in hand is asked for again this often. */
const askAgainMs: Millis = 1000

/** Groups are claimed a batch at a time, under the fence of the lease. */
export const openClaims = ({ sql, candidates, clock, lease }: Needed): Claims => {
  const book = openClaimBook()
  /** Each claimed by the transaction which recorded the one before. */
  const ahead = openClaimedAhead(candidates)
  const refused = openRefusedGroups()
  let askAt = 0

  /** The fence to claim by. */
  const mine = (): number => {
    const fence = lease.fence()
    book.under(fence)
    return fence ?? 0
  }
  /** One after the other, so that nothing is claimed while it is given back. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const own = last.then(work)
    last = own.catch(() => undefined)
    return own
  }
  let last: Promise<unknown> = Promise.resolve()
  /** Gives back what is not needed any more, and does something else in the same transaction. */
  const givingBack = <T>(work: (tx: Sql, by: number) => Promise<T>): Promise<T> => {
    const by = mine()
    return book.givingBack((gone) => sql.aside(async (tx) => {
      await releaseClaims(tx, by, gone)
      return work(tx, by)
    }))
  }
  const claim = (batch: readonly Candidate[]): Promise<readonly Candidate[]> => inTurn(async () => {
    mine()
    const wanted = book.need(digestsOf(batch))
    if (wanted.length > 0) {
      const granted = await givingBack((tx, by) => claimGroups(tx, by, wanted))
      book.strike(wanted)
      book.enter(granted)
    }
    return batch.filter((one) => book.isOurs(one.digest))
  })
  const letGo = (batch: readonly Candidate[]): void => book.letGo(digestsOf(batch))

  return {
    take: async (batch) => {
      const own = await claim(batch)
      refused.add(batch.filter((one) => !own.includes(one)))
      const news = await withNews(own, sql)
      letGo(own.filter((one) => !news.includes(one)))
      return news
    },
    takeToEnd: async (batch) => {
      const by = mine()
      const ours = await sql.aside((tx) => claimToEnd(tx, by, digestsOf(batch)))
      book.end(ours)
      return batch.filter((one) => ours.has(one.digest))
    },
    due: (watchNames, now, limit) => inTurn(async () => {
      const due = await givingBack((tx, by) => claimDue(tx, by, watchNames, { now, limit }))
      book.enter(due.map((one) => one.digest))
      return due
    }),
    record: async (groups, write) => {
      const by = mine()
      const digests = groups.map((one) => groupDigest(one.watchName, one.key))
      const taken = ahead.isEmpty && !lease.isLost() ? candidates.take(batchGroups, batchBytes) : []
      const coming = digestsOf(taken).filter((one) => !book.isLeaving(one))
      book.keep(coming)
      let granted: ReadonlySet<string> = new Set()
      try {
        await write(endingWith(sql, async (tx) => {
          await requireClaims(tx, by, digests)
          if (coming.length > 0) granted = await claimGroups(tx, by, coming)
        }))
      } catch (error) {
        candidates.release(taken)
        addAgain(taken, candidates)
        // Whose they are is asked anew.
        book.strike(digests)
        throw error
      }
      book.enter(granted)
      const refusals = taken.filter((one) => !granted.has(one.digest))
      candidates.release(refusals)
      refused.add(refusals)
      const ours = taken.filter((one) => granted.has(one.digest))
      if (ours.length > 0) ahead.add(ours)
    },
    letGo,
    tend: async () => {
      if (clock.monotonic() < askAt) return
      askAt = clock.monotonic() + askAgainMs
      if (book.isAnyFree) await inTurn(() => givingBack(async () => undefined))
      addAgain(await withNews(refused.takeAll(), sql), candidates)
    },
    candidates: ahead.candidates,
    get inHand() {
      return book.inHand
    },
  }
}

const digestsOf = (batch: readonly Candidate[]): readonly string[] => batch.map((one) => one.digest)

/** A transaction of it does this last. */
const endingWith = (sql: Sql, last: (tx: Sql) => Promise<void>): Sql => ({
  ...sql,
  transaction: (work) => sql.transaction(async (tx) => {
    const result = await work(tx)
    await last(tx)
    return result
  }),
})
