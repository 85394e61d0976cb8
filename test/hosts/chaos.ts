import { dialects } from '../../src/store/dialects.ts'
import { newFiles, type Cursor } from '../../src/store/new-files.ts'
import { fileColumns } from '../../src/store/query-columns.ts'
import { untilArchived, type Cluster, type Member } from './cluster.ts'
import { wrongsOf } from './verdict.ts'

export type Chaos = {
  readonly groups: number
  readonly leaseMs: number
  /** Cut off from the database, too. */
  readonly cuts: boolean
  /** Of its sequence of troubles. */
  readonly seed: number
}
export type Struck = { paused: number; killed: number; cut: number }
export type ChaosEnd = { readonly struck: Struck; readonly seconds: number; readonly wrongs: readonly string[] }

/** Hosts that share the work while they are paused, killed and cut off at random. What is archived in the end is held
 *  against what was delivered, and so is what a reader of `getNewFiles` was told meanwhile. */
export const chaos = async (cluster: Cluster, { groups, leaseMs, cuts, seed }: Chaos): Promise<ChaosEnd> => {
  const random = randomOf(seed)
  const struck: Struck = { paused: 0, killed: 0, cut: 0 }
  const begun = performance.now()
  const isOver = new AbortController()
  for (const member of cluster.members) member.start()
  const trouble = Promise.all(cluster.members.map((member) => troubleFor(member, { random, struck, leaseMs, cuts, signal: isOver.signal })))
  const told = readNews(cluster, isOver.signal)
  for (let from = 0; from < groups; from += 200) {
    cluster.deliver(from, Math.min(from + 200, groups))
    await Bun.sleep(10)
  }
  const late = await untilArchived(cluster, 2 * groups, 900_000).then(() => [], (error: unknown) => [String(error)])
  isOver.abort()
  await trouble
  const keys = await told
  await Promise.all(cluster.members.map((one) => one.stop()))
  const left = late.length === 0 ? await endWell(cluster) : late
  return {
    struck, seconds: (performance.now() - begun) / 1000,
    wrongs: [...left, ...await wrongsOf(cluster), ...wrongsOfNews(keys, groups)],
  }
}

type Trouble = { readonly random: () => number; readonly struck: Struck; readonly leaseMs: number; readonly cuts: boolean; readonly signal: AbortSignal }

const troubleFor = async (member: Member, { random, struck, leaseMs, cuts, signal }: Trouble): Promise<void> => {
  while (!signal.aborted) {
    await pause((1 + 5 * random()) * leaseMs, signal)
    if (signal.aborted) return
    const [which, forMs] = [random(), (0.2 + 1.6 * random()) * leaseMs]
    if (which < 0.45) {
      member.pause()
      await pause(forMs, signal)
      member.wake()
      struck.paused += 1
    } else if (which < 0.75 || !cuts) {
      await member.kill()
      await pause(forMs * random(), signal)
      member.start()
      struck.killed += 1
    } else {
      member.host.cut()
      await pause(forMs, signal)
      member.host.mend()
      struck.cut += 1
    }
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    }, { once: true })
  })

/** What killed processes left is ended by the passes after them, once their leases are over. */
export const endWell = async ({ members, sql }: Cluster): Promise<readonly string[]> => {
  const [first] = members
  for (let pass = 1; pass <= 30 && first !== undefined; pass += 1) {
    first.start('run', '--once')
    const code = await first.ended()
    if (code !== 0) return [`a clean pass ended with ${code}: ${first.said().slice(-500)}`]
    const [row] = await sql.all<{ n: number }>('select (select count(*) from claims) + (select count(*) from leases) as n')
    if (row?.n === 0) return []
    await Bun.sleep(300)
  }
  return []
}

/** Each group as `getNewFiles` tells of it, again and again until the end. */
const readNews = async ({ sql }: Cluster, signal: AbortSignal): Promise<readonly string[]> => {
  const keys: string[] = []
  let cursor: Cursor | null = null
  const isMade = async () => (await sql.all(dialects[sql.dialect].tables)).some((one) => one['name'] === 'counters')
  while (!signal.aborted && !(await isMade())) await Bun.sleep(20)
  for (let isLast = false; ; ) {
    const news: Awaited<ReturnType<typeof newFiles>> = await newFiles(sql, fileColumns({}, new Set()), cursor, { limit: 500 })
    cursor = news.cursor
    keys.push(...news.rows.map((row) => String(row['group_key'])))
    if (news.rows.length === 0 && isLast) return keys
    isLast = signal.aborted
    await Bun.sleep(news.rows.length === 0 ? 200 : 20)
  }
}

const wrongsOfNews = (keys: readonly string[], groups: number): readonly string[] => {
  const distinct = new Set(keys).size
  return distinct === groups && keys.length === groups ? [] : [`getNewFiles told of ${keys.length} groups, ${distinct} different ones, of ${groups}`]
}

/** mulberry32 */
const randomOf = (seed: number) => {
  let state = seed
  return (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
