import { Fault } from '../domain/fault.ts'
import type { Instant } from '../domain/time.ts'
import type { Columns, QueryDefaults } from '../plugin/contract.ts'
import { openTableDigest, type TableDigest } from '../store/moving/digest.ts'
import { addExtraColumns } from '../store/moving/extra-columns.ts'
import { beginCopy, endCopy } from '../store/moving/marker.ts'
import { countRows, goOnAfter, insertRows, movedTables, otherTables, rowsOf, tableOn, type LedgerTable } from '../store/moving/tables.ts'
import { lookAtTables } from '../store/look-at-tables.ts'
import { addPluginColumns } from '../store/plugin-columns.ts'
import type { Sql } from '../world.ts'

export type CopyOptions = {
  /** As messages call the target. */
  readonly targetName: string
  readonly columns: Columns
  readonly defaults: QueryDefaults
  readonly now: Instant
  readonly signal: AbortSignal
  /** Rows that were read, written or compared, of all that will be. */
  readonly onProgress: (done: number, of: number) => void
}

/** What was copied: for each table its rows and their digest, which both sides have. */
export type Copied = {
  readonly tables: readonly ({ readonly name: string } & TableDigest)[]
  /** An earlier copy had not come to its end. */
  readonly isAgain: boolean
  /** Tables that are no part of the ledger. */
  readonly leftBehind: readonly string[]
}

/** Brings every row of a ledger into an empty database of any engine, a page at a time, then reads both sides and compares
 *  them: counts, and a digest of the rows. Until that is over the target is no ledger. */
export const copyLedger = async (source: Sql, target: Sql, options: CopyOptions): Promise<Copied> => {
  await requireWhole(source)
  const isAgain = await beginCopy(target, options.targetName, options.now)
  await addExtraColumns(source, target, options.columns)
  const tables: LedgerTable[] = []
  for (const name of movedTables(source)) tables.push(await tableOn(name, source, target))
  const step = await stepsOf(source, tables, options)
  for (const table of tables) {
    for await (const page of rowsOf(source, table)) {
      await insertRows(target, table, page)
      step(page.length)
    }
    await goOnAfter(target, table)
  }
  await lookAtTables(target)
  const compared: ({ name: string } & TableDigest)[] = []
  for (const table of tables) {
    const [there, here] = [await digestOf(target, table, step), await digestOf(source, table, step)]
    if (there.rows !== here.rows || there.sha256 !== here.sha256) throw differing(table.name, here, there)
    compared.push({ name: table.name, ...here })
  }
  await addPluginColumns(target, options.columns, options.defaults)
  await endCopy(target)
  return { tables: compared, isAgain, leftBehind: await otherTables(source) }
}

const requireWhole = async (source: Sql): Promise<void> => {
  const [row] = await source.all<{ count: number }>(
    'select count(*) as count from file_components c where not exists (select 1 from files f where f.id = c.group_id)',
  )
  const count = Number(row?.count ?? 0)
  if (count > 0) throw new Fault(`${count} components have no group, which no other database would take`, { remedy: '"carbonation db check" names them' })
}

type Step = (rows: number) => void

/** Tells how far it is, and ends it where a person wants that. Each row is read, and compared on either side. */
const stepsOf = async (source: Sql, tables: readonly LedgerTable[], { signal, onProgress }: CopyOptions): Promise<Step> => {
  let [done, whole] = [0, 0]
  for (const { name } of tables) whole += 3 * await countRows(source, name)
  return (rows) => {
    done += rows
    onProgress(done, whole)
    if (signal.aborted) {
      throw new Fault('stopped before all was copied and compared; the target is no ledger yet', {
        remedy: 'the same command begins again',
      })
    }
  }
}

const digestOf = async (sql: Sql, table: LedgerTable, step: Step): Promise<TableDigest> => {
  const digest = openTableDigest(table)
  for await (const page of rowsOf(sql, table)) {
    digest.add(page)
    step(page.length)
  }
  return digest.end()
}

const differing = (table: string, here: TableDigest, there: TableDigest): Fault => {
  const what = here.rows === there.rows
    ? `the rows of ${table} differ: SHA-256 ${here.sha256} here, ${there.sha256} there`
    : `${table} has ${here.rows} rows here and ${there.rows} there`
  return new Fault(`${what}; the target is no ledger yet`, {
    remedy: 'something may have written to this ledger meanwhile: the same command begins again',
  })
}
