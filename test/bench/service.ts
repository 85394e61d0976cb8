import { Database } from 'bun:sqlite'
import { readFileSync, readdirSync } from 'node:fs'
import { endGroup, type Workshop } from './workshop.ts'

/** The daemon, running in a project. */
export type RunningService = {
  readonly pid: number
  /** Open file descriptors. */
  handles(): number
  /** Stops it by SIGTERM; by force where it does not. */
  stop(): Promise<void>
  /** Most and present memory, from the kernel. */
  memory(): { readonly peakBytes: number; readonly nowBytes: number }
  /** Throws with its last words when it is over. */
  requireAlive(): Promise<void>
}

const farewellMs = 10_000

export const startService = (program: string, folder: string, workshop: Workshop): RunningService => {
  const child = Bun.spawn([program, 'run'], { cwd: folder, stdin: 'ignore', stdout: 'ignore', stderr: 'pipe', detached: true })
  const over = workshop.own(child.pid)
  const words = child.stderr.text()
  return {
    pid: child.pid,
    stop: async () => {
      child.kill('SIGTERM')
      const limit = setTimeout(() => endGroup(child.pid), farewellMs)
      await child.exited
      clearTimeout(limit)
      over()
    },
    handles: () => readdirSync(`/proc/${child.pid}/fd`).length,
    memory: () => {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
      const bytes = (name: string) => 1024 * Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? Number.NaN)
      return { peakBytes: bytes('VmHWM'), nowBytes: bytes('VmRSS') }
    },
    requireAlive: async () => {
      if (child.exitCode !== null || child.signalCode !== null) {
        throw new Error(`the service ended: ${(await words).trim().split('\n').slice(-3).join(' | ')}`)
      }
    },
  }
}

/** Asks again and again until there is an answer; throws when it takes too long. */
export const until = async <T>(
  what: string, ask: () => T | null, { everyMs, limitMs, service }: { everyMs: number; limitMs: number; service: RunningService },
): Promise<T> => {
  const end = performance.now() + limitMs
  for (;;) {
    const answer = ask()
    if (answer !== null) return answer
    if (performance.now() > end) throw new Error(`waited ${limitMs / 1000} s in vain for ${what}`)
    await service.requireAlive()
    await Bun.sleep(everyMs)
  }
}

type Arrival = { readonly seq: number; readonly key: string }

/** Opens the ledger to look at it while the service works in it. */
export const openLedger = (file: string) => {
  const db = new Database(file, { readonly: true })
  db.run('pragma busy_timeout = 5000')
  const after = db.query<Arrival, [number]>(
    'select completed_seq as seq, group_key as "key" from files where completed_seq > ? order by completed_seq')
  const settling = db.query<{ settling: number }, []>('select settling from service_state order by id desc limit 1')
  const archived = db.query<{ count: number }, [string, string]>(
    'select count(*) as count from files where group_key >= ? and group_key < ? and complete = 1')
  let seen = 0
  return {
    /** The keys of the groups whose archiving was committed since the last question. */
    newlyArchived: (): string[] => {
      const arrivals = after.all(seen)
      seen = arrivals.at(-1)?.seq ?? seen
      return arrivals.map((one) => one.key)
    },
    /** How many groups with keys that begin so are archived. */
    archived: (start: string): number => archived.get(start, `${start}:`)?.count ?? 0,
    /** How many files settle, as the last heartbeat told. */
    settling: (): number => settling.get()?.settling ?? 0,
    close: () => db.close(),
  }
}
export type Ledger = ReturnType<typeof openLedger>
