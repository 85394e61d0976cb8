import { expect } from 'bun:test'
import { aProject, pairRules, until, type Project, type ProjectOptions, type Running } from '../binary/project.ts'
import type { OwnServer } from './own.ts'

/** A project of the program whose ledger stands on a server that the test handles as it likes. */
export type OwnProject = Project & {
  readonly database: string
  /** What is archived and recorded by now. */
  archivedCount(): Promise<number>
  /** Delivers a pair; both are to be archived with these very words. */
  pair(stem: string): void
  /** Waits until all pairs are archived, and tells what the service said where they are not. */
  untilAllThere(service: Running, patienceMs?: number): Promise<void>
  /** Source, archive and ledger agree: all pairs are archived, recorded once, and nothing else is there. */
  expectExact(): Promise<void>
}

type How = {
  /** Lines of [database]: where the server is, and who asks. */
  readonly address?: string; readonly user?: string
  /** A name that owns the database and is no administrator. */
  readonly owner?: string
} & ProjectOptions

export const anOwnProject = async (server: OwnServer, { address, owner, user, ...options }: How = {}): Promise<OwnProject> => {
  const { engine, socket, port, username } = server.prepared
  const database = `t_${crypto.randomUUID().replaceAll('-', '')}`
  await server.ask(`create database ${database}`)
  if (owner !== undefined) await give(server, database, owner)
  const place = address ?? `socket = "${socket}"\nport = ${port}`
  const project = aProject({
    service: 'heartbeat_interval = "1s"\nscan_interval = "1s"', rules: pairRules(), ...options,
    database: {
      config: `drivername = "${engine}"\nname = "${database}"\n${place}\n${user ?? `username = "${owner ?? username}"`}`,
      rows: () => { throw new Error('ask the server') }, drop: () => undefined,
    },
  })
  const stems: string[] = []
  const count = async (sql: string): Promise<number> =>
    Number((await server.ask(sql, database).catch(() => []))[0]?.['n'] ?? 0)
  const archivedCount = () => count("select count(*) as n from file_components where status = 'archived'")
  const contents = () => Object.fromEntries(stems.flatMap((stem) => [[`kept/${stem}.json`, '{}'], [`kept/${stem}.txt`, `text of ${stem}`]]))
  return {
    ...project, database, archivedCount,
    pair: (stem) => {
      stems.push(stem)
      project.deliver({ [`${stem}.txt`]: `text of ${stem}`, [`${stem}.json`]: '{}' })
    },
    untilAllThere: async (service, patienceMs = 90_000) => {
      const isThere = () => Object.keys(project.archived()).length >= 2 * stems.length
      await until(isThere, `the archive; the service said\n${service.said()}`, patienceMs)
      for (const deadline = performance.now() + patienceMs; (await archivedCount()) < 2 * stems.length; await Bun.sleep(50)) {
        if (performance.now() > deadline) throw new Error(`waited in vain for the ledger; the service said\n${service.said()}`)
      }
    },
    expectExact: async () => {
      expect(project.archived()).toEqual(contents())
      const n = 2 * stems.length
      expect(await Promise.all([
        archivedCount(), count('select count(*) as n from file_components'), count('select count(*) as n from files'),
        count("select count(*) as n from events where to_status = 'archived' and from_status <> 'archived'"),
        count('select count(distinct completed_seq) as n from files'), count("select value as n from counters where name = 'completed_seq'"),
      ])).toEqual([n, n, n / 2, n, n / 2, n / 2])
      expect(await project.run('db', 'check')).toMatchObject({ code: 0, err: '' })
      expect(await project.run('reconcile', 'archive', '--verify')).toMatchObject({ code: 0 })
    },
  }
}

const give = async ({ prepared, ask }: OwnServer, database: string, owner: string): Promise<void> => {
  if (prepared.engine === 'postgresql') return void await ask(`create role ${owner} login; alter database ${database} owner to ${owner}`)
  for (const host of ['localhost', '127.0.0.1']) await ask(`create user ${owner}@${host}; grant all on ${database}.* to ${owner}@${host}`)
}
