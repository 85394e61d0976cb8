import { Fault } from '../domain/fault.ts'
import type { Sql } from '../world.ts'
import type { QueryColumn } from './query-columns.ts'
import { checkedLimit, planRows, selectRows, type Row } from './select-rows.ts'

/** Where a reader stands; its text means nothing to anyone else. */
export type Cursor = string

export type NewFilesQuestion = { readonly watchName?: string | undefined; readonly limit?: number | undefined }

/** The generations that were archived after the cursor, in the order in which their transactions were
 *  committed: each exactly once, also when writers are slow. The new cursor is null only where there was
 *  none and nothing was found. */
export const newFiles = async (
  sql: Sql,
  columns: readonly QueryColumn[],
  cursor: Cursor | null,
  { watchName, limit = 1000 }: NewFilesQuestion,
): Promise<{ readonly rows: Row[]; readonly cursor: Cursor | null }> => {
  const after = cursor === null ? 0 : numberOf(cursor)
  if (after > 0) await requireReached(sql, after)
  const shown = columns.filter((one) => one.shown && !one.missing).map((one) => one.name)
  const conditions = [
    { sql: '"completed_seq" > ?', parameters: [after] },
    ...(watchName === undefined ? [] : [{ sql: '"watch_name" = ?', parameters: [watchName] }]),
  ]
  const choice = { columns: [...shown, 'completed_seq'], orderBy: 'completed_seq', limit: checkedLimit(limit) }
  const rows = await selectRows(sql, planRows({ table: 'files', columns, conditions }, choice))
  const last = rows.at(-1)?.['completed_seq']
  return {
    rows: rows.map(({ completed_seq: _, ...row }) => row),
    cursor: typeof last === 'number' ? cursorOf(last) : cursor,
  }
}

/** `new-3k-5f1c`: the number, and what tells a mangled text from a cursor. */
const cursorOf = (number: number): Cursor => `new-${number.toString(36)}-${checkOf(number)}`

const checkOf = (number: number): string =>
  new Bun.CryptoHasher('sha256').update(`completed_seq ${number}`).digest('hex').slice(0, 4)

const numberOf = (cursor: Cursor): number => {
  const [, digits = ''] = /^new-([0-9a-z]{1,10})-[0-9a-f]{4}$/.exec(cursor) ?? []
  const number = Number.parseInt(digits, 36)
  if (Number.isSafeInteger(number) && cursorOf(number) === cursor) return number
  throw new Fault(`"${cursor}" is not a cursor`, {
    remedy: 'give what an earlier call of getNewFiles gave, or null to begin with the oldest',
  })
}

/** A cursor beyond the counter would keep its reader waiting for files that it never gets. */
const requireReached = async (sql: Sql, number: number): Promise<void> => {
  const [row] = await sql.all<{ value: number }>("select value from counters where name = 'completed_seq'")
  if (number <= (row?.value ?? 0)) return
  throw new Fault('this cursor is ahead of the database, so it belongs to another one or was made before a restore', {
    remedy: 'begin again with null, and expect files that are known already',
  })
}
