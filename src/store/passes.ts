import { fromColumn, toColumn, type Instant } from '../domain/time.ts'
import type { Sql } from '../world.ts'

/** One pass of `run --once`, or an hour of the service. */
export type Pass = {
  readonly id: number
  readonly startedAt: Instant
  /** Null while it runs, and for ever where it was killed. */
  readonly endedAt: Instant | null
  readonly host: string
  readonly mode: PassMode
  readonly exitCode: number | null
} & PassSums

export type PassMode = 'once' | 'service'

/** What a pass came to. */
export type PassSums = {
  readonly lookedAt: number
  readonly archived: number
  readonly failed: number
  readonly bytes: number
}

/** Gives the id to end it by. */
export const beginPass = (
  sql: Sql, { startedAt, host, mode }: Pick<Pass, 'startedAt' | 'host' | 'mode'>,
): Promise<number> =>
  sql.transaction(async (tx) => {
    const [row] = await tx.all<{ id: number }>(
      'insert into passes (started_at, host, mode) values (?, ?, ?) returning id', [toColumn(startedAt), host, mode],
    )
    return row?.id ?? 0
  })

export const endPass = async (
  sql: Sql, id: number, end: PassSums & { readonly endedAt: Instant; readonly exitCode: number },
): Promise<void> => {
  await sql.run(
    'update passes set ended_at = ?, exit_code = ?, looked_at = ?, archived = ?, failed = ?, bytes = ? where id = ?',
    [toColumn(end.endedAt), end.exitCode, end.lookedAt, end.archived, end.failed, end.bytes, id],
  )
}

/** The last pass that ended, and one that began later and did not; null where there is none. */
export const lastPasses = async (sql: Sql): Promise<{ readonly ended: Pass | null; readonly open: Pass | null }> => {
  const [endedRow] = await sql.all<PassRow>('select * from passes where ended_at is not null order by id desc limit 1')
  const [newest] = await sql.all<PassRow>('select * from passes order by id desc limit 1')
  return {
    ended: endedRow === undefined ? null : toPass(endedRow),
    open: newest === undefined || newest.ended_at !== null ? null : toPass(newest),
  }
}

type PassRow = {
  id: number; started_at: string; ended_at: string | null; host: string; mode: PassMode; exit_code: number | null
  looked_at: number; archived: number; failed: number; bytes: number
}

const toPass = (row: PassRow): Pass => ({
  id: row.id, host: row.host, mode: row.mode, exitCode: row.exit_code,
  startedAt: fromColumn(row.started_at), endedAt: row.ended_at === null ? null : fromColumn(row.ended_at),
  lookedAt: row.looked_at, archived: row.archived, failed: row.failed, bytes: row.bytes,
})
