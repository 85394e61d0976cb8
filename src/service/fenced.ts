import type { Sql } from '../world.ts'
import type { Lease } from './lease.ts'

/** A database with transactions that wait for no other writer. */
export type SharedSql = Sql & { aside<T>(work: (sql: Sql) => Promise<T>): Promise<T> }

/** The same database for whoever holds a lease: nothing is written unless it is still theirs when it is committed. */
export const fenced = (sql: SharedSql, { check }: Pick<Lease, 'check'>): SharedSql => {
  const checked = <T>(work: (tx: Sql) => Promise<T>) => async (tx: Sql): Promise<T> => {
    await check(tx)
    return work(tx)
  }
  return {
    ...sql,
    run: (text, parameters) => sql.transaction(checked((tx) => tx.run(text, parameters))),
    many: (text, lists) => sql.transaction(checked((tx) => tx.many(text, lists))),
    transaction: (work) => sql.transaction(checked(work)),
    aside: (work) => sql.aside(checked(work)),
  }
}
