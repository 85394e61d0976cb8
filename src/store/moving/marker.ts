import { Fault } from '../../domain/fault.ts'
import { toColumn, type Instant } from '../../domain/time.ts'
import type { Sql } from '../../world.ts'
import { dialects } from '../dialects.ts'
import { isUnmade, migrate, requireCurrentSchema } from '../migrations.ts'
import { tableNames, unfinishedCopy } from '../python/tables.ts'
import { countRows, emptyTable, movedTables, tableOn } from './tables.ts'

/** Makes the target a ledger without rows, marked as one that is being filled: nothing else works with it until that is
 *  over. One whose copying was ended is emptied and begun again; one that holds anything is refused. Gives whether it was
 *  begun again. */
export const beginCopy = async (target: Sql, name: string, now: Instant): Promise<boolean> => {
  const isAgain = (await tableNames(target)).has(unfinishedCopy)
  if (isAgain) await takeBack(target)
  else if (await isUnmade(target)) await migrate(target, now)
  await requireCurrentSchema(target).catch((error: unknown) => {
    throw error instanceof Fault ? new Fault(`${name} takes no copy: ${error.message}`, { ...error.remedy !== undefined && { remedy: error.remedy } }) : error
  })
  for (const table of ['files', 'file_components', 'events', 'passes']) {
    const count = await countRows(target, table)
    if (count === 0) continue
    throw new Fault(`${name} holds a ledger already: ${count} rows in ${table}`, {
      remedy: 'a copy goes to an empty database: name another one in the config of --to, or drop what it holds',
    })
  }
  const { name: text } = dialects[target.dialect]
  await target.run(`create table ${unfinishedCopy} (started_at ${text})`)
  await target.run(`insert into ${unfinishedCopy} (started_at) values (?)`, [toColumn(now)])
  for (const table of ['ledger', 'counters']) await target.run(`delete from ${table}`)
  return isAgain
}

/** What was copied goes; an empty ledger is left. */
const takeBack = async (target: Sql): Promise<void> => {
  for (const name of [...movedTables(target)].reverse()) await emptyTable(target, await tableOn(name, target, target))
  await target.run(`drop table ${unfinishedCopy}`)
}

/** All is there and was compared: the target is a ledger. */
export const endCopy = (target: Sql): Promise<unknown> => target.run(`drop table ${unfinishedCopy}`)
