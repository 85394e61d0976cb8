import type { Sql } from '../world.ts'

/** Forgets which disk an archive stood on, so that the one that is there next is taken. Gives the id that was
 *  forgotten; null where none was remembered. */
export const acceptArchive = (sql: Sql, name: string): Promise<string | null> =>
  sql.transaction(async (tx) => {
    const [row] = await tx.all<{ id: string | null }>('select archive_id as id from archive_state where name = ?', [name])
    await tx.run('update archive_state set archive_id = null where name = ?', [name])
    return row?.id ?? null
  })
