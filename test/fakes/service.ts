import type { Archive, ServiceConfig, Watch } from '../../src/config/config.ts'
import type { RuleSet, Rules } from '../../src/config/rules.ts'
import type { Columns } from '../../src/plugin/contract.ts'
import type { Path } from '../../src/domain/path.ts'
import { openSqlite } from '../../src/edges/sqlite.ts'
import { openArchives } from '../../src/service/archives.ts'
import { openCandidates } from '../../src/service/candidates.ts'
import { allOurs } from '../../src/service/all-ours.ts'
import { noLease } from '../../src/service/lease.ts'
import type { PassParts } from '../../src/service/pass-parts.ts'
import { newTally } from '../../src/service/tally.ts'
import { runOnce, type OnceEnd } from '../../src/service/run-once.ts'
import { openSettling } from '../../src/service/settling-table.ts'
import { migrate } from '../../src/store/migrations.ts'
import { addPluginColumns } from '../../src/store/plugin-columns.ts'
import { recordBatch } from '../../src/store/record-batch.ts'
import type { LogLevel } from '../../src/world.ts'
import { aConfig, anArchive, aRuleSet, aWatch } from './builders.ts'
import { fakeClock, type FakeClock } from './clock.ts'
import { fakeDestination, type FakeDestination } from './destination.ts'
import { fakePlugins, type PluginTable } from './plugins.ts'
import { fakeTree, type FakeTree } from './tree.ts'

export type FakeServiceOptions = {
  readonly watch?: Partial<Watch>
  readonly rules?: Partial<RuleSet>
  readonly archive?: Partial<Archive>
  readonly service?: Partial<ServiceConfig>
  readonly plugins?: PluginTable
  readonly columns?: Columns
}

/** A whole service of fakes over a real ledger in memory. */
export type FakeService = {
  readonly parts: PassParts
  readonly clock: FakeClock
  readonly tree: FakeTree
  readonly destination: FakeDestination
  readonly log: readonly string[]
  /** Other rules from now on, as a reload swaps them. */
  swap(rules: Partial<RuleSet>): void
  /** A fresh process over the same ledger makes one pass. */
  once(): Promise<OnceEnd>
  /** Lets files settle, then makes a pass. */
  deliver(files: Readonly<Record<string, string>>): Promise<OnceEnd>
  /** The parts of a fresh process. */
  open(): Promise<PassParts>
  close(): Promise<void>
}

export const fakeService = async (options: FakeServiceOptions = {}): Promise<FakeService> => {
  const clock = fakeClock()
  const tree = fakeTree(clock, '/in')
  const config = aConfig({
    watches: [aWatch(options.watch)], archives: [anArchive(options.archive)], service: options.service ?? {},
  })
  const destination = fakeDestination('main', tree, '/archive')
  const sql = openSqlite(':memory:', { create: true })
  await migrate(sql, clock.now())
  const columns = options.columns ?? {}
  await addPluginColumns(sql, columns)
  const log: string[] = []
  let rules: Rules = { r: aRuleSet(options.rules) }
  const open = async (): Promise<PassParts> => {
    const parts = {
      config, rules: () => rules, clock, files: tree, plugins: fakePlugins(options.plugins), destination: () => destination,
      sql, settling: openSettling(),
      log: { write: (level: LogLevel, message: string) => void log.push(`${level} ${message}`), close: async () => undefined },
      record: async (groups: Parameters<PassParts['record']>[0], now: number) =>
        void (await recordBatch(sql, groups, { now, columns })),
    }
    const candidates = openCandidates()
    return {
      ...parts, archives: await openArchives(parts), lease: noLease(async () => []), claims: allOurs(sql, candidates), candidates,
      tally: newTally(), reopened: new Map(), tidy: () => undefined,
    }
  }
  const once = async () => clock.through(runOnce(await open(), 'host', new AbortController().signal))
  return {
    parts: await open(), clock, tree, destination, log, open, once,
    swap: (more) => {
      rules = { r: { ...aRuleSet(options.rules), ...more } }
    },
    deliver: async (files) => {
      for (const [name, content] of Object.entries(files)) tree.write(`/in/${name}`, content)
      await clock.advance(config.watches[0]?.settleMs ?? 0)
      return once()
    },
    close: () => sql.close(),
  }
}

/** Every component of the ledger, oldest first: `a.txt#1 archived`, and its reason. */
export const ledger = async ({ parts: { sql } }: Pick<FakeService, 'parts'>): Promise<readonly string[]> => {
  const rows = await sql.all<{ filename: string; generation: number; status: string; error_message: string | null }>(
    'select filename, generation, status, error_message from file_components order by id',
  )
  return rows.map((row) => `${row.filename}#${row.generation} ${row.status}${row.error_message ? `: ${row.error_message}` : ''}`)
}

/** What is in the archive, by name. */
export const archived = ({ tree }: Pick<FakeService, 'tree'>): Readonly<Record<Path, string>> =>
  Object.fromEntries(Object.entries(tree.contents('/archive/')).map(([path, content]) => [path.slice('/archive/alpha/'.length), content]))

/** What is in the delivery directory, by name. */
export const delivered = ({ tree }: Pick<FakeService, 'tree'>): readonly string[] =>
  Object.keys(tree.contents('/in/')).map((path) => path.slice('/in/'.length))

/** The events of a file, oldest first: `detected → archived (archive: why)`. */
export const eventsOf = async ({ parts: { sql } }: Pick<FakeService, 'parts'>, filename: string): Promise<readonly string[]> => {
  const rows = await sql.all<{ from_status: string | null; to_status: string; stage: string; detail: string | null }>(
    `select e.from_status, e.to_status, e.stage, e.detail from events e join file_components c on c.id = e.component_id
      where c.filename = ? order by e.id`, [filename],
  )
  return rows.map((one) => `${one.from_status ?? 'new'} → ${one.to_status} (${one.stage}${one.detail ? `: ${one.detail}` : ''})`)
}

/** The statement of the ledger that every component's status is what its last event says; gives those that differ. */
export const broken = ({ parts: { sql } }: Pick<FakeService, 'parts'>): Promise<Record<string, unknown>[]> =>
  sql.all(
    `select c.filename, c.generation, c.status, (select to_status from events e where e.component_id = c.id order by e.id desc limit 1) as said
       from file_components c
      where status <> coalesce((select to_status from events e where e.component_id = c.id order by e.id desc limit 1), '')
         or (status = 'archived' and (sha256 is null or archive_path is null))`,
  )
