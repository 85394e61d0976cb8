import type { Identity } from '../domain/identity.ts'
import type { Path } from '../domain/path.ts'
import { groupDigest } from '../store/digest.ts'

/** What is known to have happened to one path: its settled identity, or null for a path that is gone. */
export type Fresh = { readonly path: Path; readonly identity: Identity | null }

/** A group that is to go through the pipeline, with what was seen of its files. */
export type Candidate = {
  readonly watchName: string
  readonly key: Path
  readonly digest: string
  readonly fresh: ReadonlyMap<Path, Identity | null>
  /** Nothing was seen: its time has come, and its files are to be looked at. */
  readonly due: boolean
}

/** The groups that wait for a batch. A group that is in hand waits until its batch is over. */
export type Candidates = {
  add(watchName: string, key: Path, fresh: Fresh | null): void
  /** Takes up to `limit` groups, of ten files each on the average, that stay below `bytes` in all, from the watches in turn,
   *  each oldest first. */
  take(limit: number, bytes: number): readonly Candidate[]
  /** The batch is over. */
  release(batch: readonly Candidate[]): void
  /** How many can be taken now: those in hand are not among them. */
  readonly size: number
  readonly inHand: number
}

type Entry = { readonly watchName: string; readonly key: Path; readonly fresh: Map<Path, Identity | null>; due: boolean }
type Queues = Map<string, Map<string, Entry>>

/** A batch of large groups has no more files than this, times the groups that it may have: memory goes by files. */
const filesPerGroup = 10

export const openCandidates = (): Candidates => {
  /** By watch, then by digest. */
  const queues: Queues = new Map()
  const inHand = new Set<string>()
  let size = 0

  const isQueued = (digest: string, watchName: string) => queues.get(watchName)?.has(digest) ?? false
  const remove = (digest: string, { watchName }: Entry) => {
    const queue = queues.get(watchName)
    queue?.delete(digest)
    if (queue?.size === 0) queues.delete(watchName)
  }
  return {
    add: (watchName, key, fresh) => {
      const digest = groupDigest(watchName, key)
      const queue = queues.get(watchName) ?? new Map<string, Entry>()
      const known = queue.get(digest)
      const entry = known ?? { watchName, key, fresh: new Map(), due: false }
      if (fresh === null) entry.due = true
      else entry.fresh.set(fresh.path, fresh.identity)
      if (known === undefined && !inHand.has(digest)) size += 1
      queues.set(watchName, queue.set(digest, entry))
    },
    take: (limit, bytes) => {
      const batch: Candidate[] = []
      let [sum, files] = [0, 0]
      for (const [digest, entry] of inTurn(queues)) {
        if (batch.length >= limit || sum >= bytes) break
        if (inHand.has(digest)) continue
        for (const identity of entry.fresh.values()) sum += identity?.sizeBytes ?? 0
        files += entry.fresh.size
        if ((sum > bytes || files > limit * filesPerGroup) && batch.length > 0) break
        batch.push({ ...entry, digest })
        remove(digest, entry)
        inHand.add(digest)
        size -= 1
      }
      comesLastNow(queues, batch.at(-1)?.watchName)
      return batch
    },
    release: (batch) => {
      for (const { digest, watchName } of batch) {
        if (inHand.delete(digest) && isQueued(digest, watchName)) size += 1
      }
    },
    get size() {
      return size
    },
    get inHand() {
      return inHand.size
    },
  }
}

/** They wait again, with all that was seen of them. */
export const addAgain = (batch: readonly Candidate[], candidates: Candidates): void => {
  for (const { watchName, key, fresh, due } of batch) {
    if (due) candidates.add(watchName, key, null)
    for (const [path, identity] of fresh) candidates.add(watchName, key, { path, identity })
  }
}

/** One group of each watch, then the next one of each. */
function* inTurn(queues: Queues): Generator<readonly [string, Entry]> {
  let turns = [...queues.values()].map((queue) => queue.entries())
  while (turns.length > 0) {
    const left: typeof turns = []
    for (const turn of turns) {
      const { done, value } = turn.next()
      if (done) continue
      left.push(turn)
      yield value
    }
    turns = left
  }
}

/** Whose turn it was last comes last in the next batch. */
const comesLastNow = (queues: Queues, watchName: string | undefined): void => {
  const queue = watchName === undefined ? undefined : queues.get(watchName)
  if (watchName === undefined || queue === undefined) return
  queues.delete(watchName)
  queues.set(watchName, queue)
}
