import { Database } from 'bun:sqlite'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { outcomeOf, wrongsInTheEnd, type Outcome, type Wrongs } from '../faults/verdict.ts'
import type { OwnServer } from './own.ts'

/** A project whose ledger stands on a server. */
export type OnServer = { readonly root: string; readonly server: OwnServer; readonly database: string }

const components = ['id', 'source_path', 'generation', 'status', 'origin', 'in_delivery', 'archive_path', 'sha256', 'error_message', 'group_id']

/** Copies what verdicts read from the server into `ledger.db` of the project, where those over SQLite look for it. */
const fetchLedger = async ({ root, server, database }: OnServer): Promise<void> => {
  const file = join(root, 'ledger.db')
  rmSync(file, { force: true })
  const is = server.prepared.engine === 'postgresql' ? 'current_schema()' : 'database()'
  const made = await server.ask(`select table_name as name from information_schema.tables where table_name = 'events' and table_schema = ${is}`, database)
  if (made.length === 0) return
  const [rows, events] = [
    await server.ask(`select ${components.join(', ')} from file_components`, database),
    await server.ask('select id, component_id, from_status, to_status from events', database),
  ]
  const ledger = new Database(file, { create: true })
  ledger.run(`create table file_components (${components.join(', ')})`)
  ledger.run('create table events (id, component_id, from_status, to_status)')
  ledger.transaction(() => {
    const put = (table: string, all: readonly Readonly<Record<string, unknown>>[]) => {
      for (const row of all) {
        const values = Object.values(row).map((one) => (typeof one === 'bigint' ? Number(one) : one)) as (string | number | null)[]
        ledger.query(`insert into ${table} (${Object.keys(row).join(', ')}) values (${values.map(() => '?').join(', ')})`).run(...values)
      }
    }
    put('file_components', rows)
    put('events', events.map((row) => ({ ...row, id: Number(row['id']) })))
  })()
  ledger.close()
}

/** Whatever `look` finds, with the ledger beside it. */
export const withLedger = async <T>(project: OnServer, look: () => T): Promise<T> => {
  await fetchLedger(project)
  try {
    return look()
  } finally {
    rmSync(join(project.root, 'ledger.db'), { force: true })
  }
}

export const serverOutcome = (project: OnServer): Promise<Outcome> => withLedger(project, () => outcomeOf(project.root))

/** Source, archive and ledger are as without a fault, and nothing happened twice. */
export const serverWrongs = async (project: OnServer, expected: Outcome): Promise<Wrongs> => {
  const wrongs = await withLedger(project, () => wrongsInTheEnd(project.root, expected))
  return wrongs.length > 0 ? wrongs : doubled(project)
}

/** What a second time would leave: a further event, a number in the order of commits that nobody has. */
const doubled = async ({ server, database }: OnServer): Promise<Wrongs> => {
  const twice = await server.ask(
    `select component_id from events where to_status = 'archived' and from_status <> 'archived' group by component_id having count(*) > 1`, database)
  const [order] = await server.ask(
    `select (select value from counters where name = 'completed_seq') as given, count(*) as taken, coalesce(max(completed_seq), 0) as last
       from files where completed_seq is not null`, database)
  const [given, taken, last] = ['given', 'taken', 'last'].map((one) => Number(order?.[one]))
  return [
    ...twice.map((row) => `twice: component ${String(row['component_id'])} was archived more than once`),
    ...(given === taken && given === last ? [] : [`completed_seq: ${given} given, ${taken} taken, the last is ${last}`]),
  ]
}

