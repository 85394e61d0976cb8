import { Fault } from '../../domain/fault.ts'
import type { Millis } from '../../domain/time.ts'
import { dialects } from '../../store/dialects.ts'
import { Overtaken } from '../../store/overtaken.ts'
import type { Sql, SqlValue } from '../../world.ts'
import { nameOf, type Server } from './address.ts'
import { connect, type Answer, type Connection } from './connection.ts'
import { engines, type Engine, type Limits } from './engine.ts'
import { kept } from './kept.ts'
import { runMany } from './many.ts'
import { openText, plainRow } from './text.ts'
import { faultOf, troubleOf, type Trouble } from './trouble.ts'

/** A ledger on a server. */
export type ServerSql = Sql & {
  /** A transaction that waits for no other writer: for rows that are locked one by one. */
  aside<T>(work: (sql: Sql) => Promise<T>): Promise<T>
}

type Options = { readonly readonly?: boolean; readonly durable?: boolean } & Partial<Pick<Limits, 'statementMs' | 'patienceMs' | 'idleMs'>>

/** How long one statement, and one wait for another writer, may take. */
const usual = { statementMs: 60_000, patienceMs: 30_000 } as const satisfies Record<string, Millis>
/** A transaction that met a deadlock, another writer's turn, a lost connection or a server that takes no writes is tried so often. */
const mostTries = 3

/** Opens a ledger on a server; connects when it is asked first. One transaction at a time, as with SQLite, among all who
 *  write to it. What the server refuses is a Fault. */
export const openServer = (server: Server, { readonly = false, durable = true, ...limited }: Options = {}): ServerSql => {
  const engine = engines[server.engine]
  const write = openText(dialects[server.engine], engine)
  const limits: Limits = { readonly, durable, ...usual, idleMs: null, ...limited }
  let last: Promise<unknown> = Promise.resolve()

  const askIn = async (connection: Connection, text: string, parameters: readonly SqlValue[] = []): Promise<Answer> => {
    const written = write(text, parameters)
    try {
      return await connection.ask(written.text, written.parameters)
    } catch (error) {
      const trouble = troubleOf(engine, error)
      if (trouble === 'lost' || (trouble === 'readonly' && !readonly)) await leave(connection)
      throw trouble === null ? error : new Refused(trouble, error)
    }
  }
  const open = async (): Promise<Connection> => {
    const connection = await connect(server, limits).catch((error: unknown) => {
      const trouble = troubleOf(engine, error)
      throw trouble === null ? error : faultOf(trouble === 'lost' ? 'refused' : trouble, server, error)
    })
    const [misfit] = await askIn(connection, engine.misfits)
    const [row] = readonly ? [] : await askIn(connection, engine.takesNoWrites)
    if (misfit === undefined && Number(row?.['readonly'] ?? 0) === 0) return connection
    await connection.close()
    if (misfit === undefined) throw faultOf('readonly', server, null)
    throw new Fault(`${nameOf(server)} cannot be used: ${String(misfit['trouble'])}`, { remedy: String(misfit['remedy']) })
  }
  /** Behind the same address another server may have taken over, so nothing more is read from this one either. */
  const leave = async (connection: Connection): Promise<void> => {
    void reader.close()
    await connection.close()
  }
  const reader = kept(open)
  const writer = kept(open)

  const statements = (connection: Connection): Omit<Sql, 'transaction' | 'close'> => {
    const run: Sql['run'] = async (text, parameters = []) => {
      const answer = await askIn(connection, text, parameters)
      const changes = Number(answer.affectedRows ?? answer.count ?? 0)
      return { changes: changes === 0 && engine.countsChanged ? await foundRows(connection, text, parameters) : changes }
    }
    return {
      dialect: server.engine,
      all: async (text, parameters) => (await askIn(connection, text, parameters)).map((row) => plainRow(row)),
      run,
      many: (text, lists) => runMany((one, parameters) => askIn(connection, one, parameters), text, lists),
    }
  }
  /** How many rows an update found that were already as it wanted them. */
  const foundRows = async (connection: Connection, text: string, parameters: readonly SqlValue[]): Promise<number> => {
    const [, table, changed, condition] = /^\s*update (\w+)\s+set ([^]*?)\swhere ([^]*)$/.exec(text) ?? []
    if (table === undefined || changed === undefined) return 0
    const rest = parameters.slice(changed.match(/\?/g)?.length ?? 0)
    const [row] = await askIn(connection, `select count(*) as count from ${table} where ${condition}`, rest)
    return Number(row?.['count'] ?? 0)
  }

  const transact = async <T>(work: (sql: Sql) => Promise<T>, { begin, end }: Pick<Engine, 'begin' | 'end'>): Promise<T> => {
    const connection = await writer.get()
    const inTransaction: Sql = {
      ...statements(connection),
      transaction: () => Promise.reject(new Error('a transaction inside a transaction')),
      close: () => Promise.reject(new Error('a database closed inside a transaction')),
    }
    try {
      for (const statement of begin) {
        const [row] = await askIn(connection, statement)
        if (row?.['taken'] === 0) throw new Refused('waited', null)
      }
      const result = await work(inTransaction)
      await askIn(connection, 'commit').catch((error: unknown) => {
        throw error instanceof Refused && error.trouble === 'lost' ? faultOf('lost', server, error.cause) : error
      })
      return result
    } catch (error) {
      if (connection.isAlive()) await askIn(connection, 'rollback').catch(() => connection.close())
      throw error
    } finally {
      if (end !== null && connection.isAlive()) await askIn(connection, end).catch(() => connection.close())
    }
  }
  /** What failed without having begun, or was taken back whole, is tried again. */
  const tried = async <T>(work: () => Promise<T>, again: readonly Trouble[]): Promise<T> => {
    for (let time = 1; ; time += 1) {
      try {
        return await work()
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        if (error.trouble === 'clash') throw new Overtaken(`another process wrote a row first: ${faultOf('clash', server, error.cause).message}`)
        if (time >= mostTries || !again.includes(error.trouble)) throw faultOf(error.trouble, server, error.cause)
      }
    }
  }
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work)
    last = mine.catch(() => undefined)
    return mine
  }
  const transactIn = <T>(work: (sql: Sql) => Promise<T>, turn: Pick<Engine, 'begin' | 'end'>): Promise<T> =>
    inTurn(() => tried(() => transact(work, turn), ['deadlock', 'waited', 'lost', 'readonly']))
  const transaction = <T>(work: (sql: Sql) => Promise<T>): Promise<T> => transactIn(work, engine)

  return {
    dialect: server.engine,
    all: (text, parameters) => tried(async () => statements(await reader.get()).all(text, parameters), ['deadlock', 'lost']),
    run: (text, parameters) => inTurn(() => tried(async () => statements(await writer.get()).run(text, parameters), ['deadlock'])),
    many: (text, lists) => transaction((sql) => sql.many(text, lists)),
    transaction,
    aside: (work) => transactIn(work, { begin: ['start transaction'], end: null }),
    close: async () => {
      await last
      await Promise.all([reader.close(), writer.close()])
    },
  }
}

/** What the server said to one statement. */
class Refused extends Error {
  readonly trouble: Trouble
  constructor(trouble: Trouble, cause: unknown) {
    super(`the server refused a statement: ${trouble}`, { cause })
    this.trouble = trouble
  }
}
