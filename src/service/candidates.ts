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
  /** Takes up to `limit` groups whose files stay below `bytes` in all, oldest first. */
  take(limit: number, bytes: number): readonly Candidate[]
  /** The batch is over. */
  release(batch: readonly Candidate[]): void
  readonly size: number
  readonly inHand: number
}

export const openCandidates = (): Candidates => {
  const queue = new Map<string, { watchName: string; key: Path; fresh: Map<Path, Identity | null>; due: boolean }>()
  const inHand = new Set<string>()
  return {
    add: (watchName, key, fresh) => {
      const digest = groupDigest(watchName, key)
      const entry = queue.get(digest) ?? { watchName, key, fresh: new Map(), due: false }
      if (fresh === null) entry.due = true
      else entry.fresh.set(fresh.path, fresh.identity)
      queue.set(digest, entry)
    },
    take: (limit, bytes) => {
      const batch: Candidate[] = []
      let sum = 0
      for (const [digest, entry] of queue) {
        if (batch.length >= limit || sum >= bytes) break
        if (inHand.has(digest)) continue
        for (const identity of entry.fresh.values()) sum += identity?.sizeBytes ?? 0
        if (sum > bytes && batch.length > 0) break
        batch.push({ ...entry, digest })
        queue.delete(digest)
        inHand.add(digest)
      }
      return batch
    },
    release: (batch) => {
      for (const { digest } of batch) inHand.delete(digest)
    },
    get size() {
      return queue.size
    },
    get inHand() {
      return inHand.size
    },
  }
}
