import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openServer, type ServerSql } from '../../src/edges/servers/server.ts'
import { pairRules, program, until } from '../binary/project.ts'
import { freshDatabase, type ServerName } from '../servers/servers.ts'
import { aHost, noHost, type Host } from './network.ts'

/** A service on a host of its own. */
export type Member = {
  readonly host: Host
  readonly pid: number
  start(...args: string[]): void
  /** Stops it where it is, without its knowing. */
  pause(): void
  wake(): void
  kill(): Promise<void>
  /** Ends it in good order. */
  stop(): Promise<number>
  /** How its last run ended. */
  ended(): Promise<number>
  said(): string
}

/** Several hosts on one database, with one delivery and one archive. */
export type Cluster = {
  readonly root: string
  readonly action: 'copy' | 'move'
  readonly sql: ServerSql
  readonly members: readonly Member[]
  /** Delivers pairs, each file by a rename. Gives nothing back before all are there. */
  deliver(from: number, to: number): void
  /** What was delivered, by name. */
  readonly source: ReadonlyMap<string, string>
  /** How many files are archived, by the ledger. */
  archived(): Promise<number>
  close(): Promise<void>
}

export type ClusterOptions = {
  readonly hosts: number
  readonly lease: string
  /** A program that host `n` is started by. */
  readonly behind?: (n: number) => readonly string[]
  /** More of [service] for host `n`. */
  readonly service?: (n: number) => string
  readonly action?: 'copy' | 'move'
  readonly isolated?: boolean
}

export const aCluster = async (server: ServerName, options: ClusterOptions): Promise<Cluster> => {
  const { server: place, drop } = await freshDatabase(server)
  const root = mkdtempSync(join(tmpdir(), 'carbonation-hosts-'))
  for (const one of ['delivery', 'archive', 'home', 'aside']) mkdirSync(join(root, one))
  writeFileSync(join(root, 'rules.toml'), pairRules())
  const members: Member[] = []
  for (let n = 0; n < options.hosts; n += 1) {
    const host = options.isolated === true ? await aHost(server) : noHost(server)
    writeFileSync(join(root, `${host.name}.toml`), configOf(server, `${host.place}\nname = "${place.database}"\nusername = "${place.username}"`, n, options))
    members.push(aMember(root, host, options.behind?.(n) ?? []))
  }
  const sql = openServer(place, { readonly: true })
  const source = new Map<string, string>()
  return {
    root, sql, members, source, action: options.action ?? 'copy',
    deliver: (from, to) => {
      for (let n = from; n < to; n += 1) {
        for (const [extension, content] of [['.txt', `text of ${n}\n`.repeat(1 + n % 20)], ['.json', `{ "n": ${n} }`]] as const) {
          source.set(`p${n}${extension}`, content)
          writeFileSync(join(root, 'aside/part'), content)
          renameSync(join(root, 'aside/part'), join(root, `delivery/p${n}${extension}`))
        }
      }
    },
    archived: async () => {
      const [row] = await sql.all<{ n: number }>("select count(*) as n from file_components where status = 'archived'").catch(() => [])
      return row?.n ?? 0
    },
    close: async () => {
      await Promise.all(members.map((one) => one.kill()))
      await Promise.all(members.map((one) => one.host.close()))
      await sql.close()
      await drop()
      rmSync(root, { recursive: true, force: true })
    },
  }
}

const configOf = (server: ServerName, place: string, n: number, { lease, service, action = 'copy' }: ClusterOptions): string => `
[service]
lease = "${lease}"
poll_interval = "0.5s"
heartbeat_interval = "0.5s"
max_retries = 1000
retry_delay = "1s"
workers = 2
${service?.(n) ?? ''}
[logging]
level = "INFO"
[database]
drivername = "${server}"
${place}
[rules]
file = "rules.toml"
[[watch]]
name = "w"
path = "delivery"
rules = "r"
archive = "main"
settle_seconds = 0.2
veto_open = false
[[archive]]
name = "main"
base_path = "archive"
destination = "kept"
action = "${action}"
`

const aMember = (root: string, host: Host, behind: readonly string[]): Member => {
  let child: Bun.Subprocess<'ignore', 'ignore', 'pipe'> | null = null
  let log = ''
  const signal = (name: NodeJS.Signals) => {
    if (child !== null && child.exitCode === null && child.signalCode === null) child.kill(name)
  }
  const member: Member = {
    host,
    start: (...args) => {
      const one = Bun.spawn([...host.behind, ...behind, process.env['CARBONATION_BINARY'] ?? program, '-c', `${host.name}.toml`, ...(args.length === 0 ? ['run'] : args)], {
        cwd: root, env: { PATH: process.env['PATH'] ?? '', HOME: join(root, 'home') }, stdin: 'ignore', stdout: 'ignore', stderr: 'pipe',
      })
      void (async () => {
        for await (const chunk of one.stderr.pipeThrough(new TextDecoderStream())) log += chunk
      })()
      child = one
    },
    pause: () => {
      signal('SIGSTOP')
    },
    wake: () => {
      signal('SIGCONT')
    },
    kill: async () => {
      signal('SIGKILL')
      await child?.exited
    },
    stop: async () => {
      signal('SIGTERM')
      return member.ended()
    },
    ended: async () => (await child?.exited) ?? 0,
    said: () => log,
    get pid() {
      return child?.pid ?? 0
    },
  }
  return member
}

/** Until so many files are archived. */
export const untilArchived = async (cluster: Cluster, count: number, patienceMs = 60_000): Promise<void> => {
  let now = 0
  const asked = setInterval(() => void cluster.archived().then((n) => { now = n }), count > 10_000 ? 1000 : 100)
  try {
    await until(() => now >= count, `${count} archived files`, patienceMs)
  } finally {
    clearInterval(asked)
  }
}
