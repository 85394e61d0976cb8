import type { ChildProcess } from 'node:child_process'
import { rmSync } from 'node:fs'
import { SQL } from 'bun'
import { end, prepare, start, type Prepared, type Settings } from './engines.mjs'
import { serverFolder } from './start.mjs'
import type { ServerName } from './servers.ts'

/** How a server ends: it waits for nobody, it breaks everything off, or it is killed and has to recover from its log. */
export type Ending = 'fast' | 'immediate' | 'killed'

/** A server that a test stops, starts, fills or fails over. */
export type OwnServer = {
  readonly prepared: Prepared
  start(settings?: Settings): Promise<void>
  stop(how: Ending): Promise<void>
  /** As administrator, by its socket. */
  ask(sql: string, database?: string): Promise<readonly Readonly<Record<string, unknown>>[]>
}

export type OwnServers = {
  readonly folder: string
  /** A new one, not started, in a directory of this name. */
  make(name: string, folder?: string): Promise<OwnServer>
  /** One whose data directory somebody else filled. */
  take(prepared: Prepared): OwnServer
  close(): Promise<void>
}

const signals = {
  postgresql: { fast: 'SIGINT', immediate: 'SIGQUIT', killed: 'SIGKILL' },
  mariadb: { fast: 'SIGTERM', immediate: 'SIGABRT', killed: 'SIGKILL' },
} as const

/** Servers of a test's own, on disks in memory; all of them end with `close`. */
export const ownServers = (engine: ServerName): OwnServers => {
  const folder = serverFolder()
  const all: OwnServer[] = []
  const take = (prepared: Prepared): OwnServer => {
    const one = serverFrom(prepared)
    all.push(one)
    return one
  }
  return {
    folder, take,
    make: async (name, where = folder) => take(await prepare(engine, where, name)),
    close: async () => {
      await Promise.all(all.map((one) => one.stop(engine === 'postgresql' ? 'immediate' : 'killed')))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const serverFrom = (prepared: Prepared): OwnServer => {
  let server: ChildProcess | null = null
  return {
    prepared,
    start: async (settings) => {
      server = await startPatiently(prepared, settings)
      await untilItAnswers(prepared)
    },
    stop: async (how) => {
      if (server !== null) await end(server, signals[prepared.engine][how])
      server = null
    },
    ask: async (sql, database) => {
      const admin = adminOf(prepared, database)
      try {
        return await admin.unsafe(sql) as Readonly<Record<string, unknown>>[]
      } finally {
        await admin.close({ timeout: 0 })
      }
    },
  }
}

/** What was killed leaves memory and processes behind for a moment. */
const startPatiently = async (prepared: Prepared, settings?: Settings): Promise<ChildProcess> => {
  for (let time = 1; ; time += 1) {
    try {
      return await start(prepared, settings)
    } catch (error) {
      if (time === 10) throw error
      await Bun.sleep(200)
    }
  }
}

/** It listens before it has recovered. */
const untilItAnswers = async (prepared: Prepared): Promise<void> => {
  for (const deadline = performance.now() + 30_000; ; await Bun.sleep(50)) {
    const admin = adminOf(prepared)
    const isThere = await admin.unsafe('select 1').then(() => true, () => false)
    await admin.close({ timeout: 0 })
    if (isThere) return
    if (performance.now() > deadline) throw new Error(`${prepared.engine} does not answer`)
  }
}

const adminOf = ({ engine, socketFile, username }: Prepared, database = engine === 'postgresql' ? 'postgres' : 'mysql'): SQL =>
  new SQL({ adapter: engine === 'postgresql' ? 'postgres' : 'mariadb', path: socketFile, username, database, max: 1, bigint: true })
