import type { Instant, Millis } from '../domain/time.ts'
import type { Sql } from '../world.ts'
import { ledgerRules, type LedgerRule } from './ledger-rules.ts'

/** Rows that break one rule. */
export type Broken = {
  readonly rule: string
  readonly means: string
  readonly count: number
  /** A few of them, as people know them. */
  readonly examples: readonly { readonly id: number; readonly name: string }[]
}

export type LedgerCheck = {
  readonly components: number
  readonly groups: number
  readonly broken: readonly Broken[]
}

/** Examples kept of each rule. */
const mostExamples = 10
/** Rows looked at in one question. */
const pageSize = 10_000

/** Looks at every row, a page of ids at a time. `progress` is told how many rows of how many were looked at. */
export const checkLedger = async (
  sql: Sql, { now, staleMs, progress }: { now: Instant; staleMs: Millis; progress: (done: number, of: number) => void },
): Promise<LedgerCheck> => {
  const broken = await databaseFaults(sql)
  const rules = ledgerRules(now, staleMs)
  const found = new Map<LedgerRule, { count: number; examples: { id: number; name: string }[] }>()
  const sizes = { files: await lastId(sql, 'files'), file_components: await lastId(sql, 'file_components') }
  const rows = { files: 0, file_components: 0 }
  for (const table of ['files', 'file_components'] as const) {
    for (let from = 0; from < sizes[table]; from += pageSize) {
      const [page] = await sql.all<{ count: number }>(
        `select count(*) as count from ${table} where id > ? and id <= ?`, [from, from + pageSize],
      )
      rows[table] += page?.count ?? 0
      for (const rule of rules.filter((one) => one.table === table)) {
        const entry = found.get(rule) ?? { count: 0, examples: [] }
        found.set(rule, entry)
        for (const row of await brokenRows(sql, rule, from)) {
          entry.count += 1
          if (entry.examples.length < mostExamples) entry.examples.push(row)
        }
      }
      progress(rows.files + rows.file_components, sizes.files + sizes.file_components)
    }
  }
  return {
    components: rows.file_components,
    groups: rows.files,
    broken: [...broken, ...rules.flatMap((rule) => {
      const entry = found.get(rule)
      return entry === undefined || entry.count === 0 ? [] : [{ rule: rule.name, means: rule.means, ...entry }]
    })],
  }
}

const lastId = async (sql: Sql, table: LedgerRule['table']): Promise<number> => {
  const [row] = await sql.all<{ id: number | null }>(`select max(id) as id from ${table}`)
  return row?.id ?? 0
}

const brokenRows = (sql: Sql, rule: LedgerRule, from: number): Promise<{ id: number; name: string }[]> => {
  const name = rule.table === 'files' ? "r.watch_name || ': ' || r.group_key" : "coalesce(r.source_path, r.archive_path, '')"
  return sql.all(
    `select r.id, ${name} as name from ${rule.table} r where r.id > ? and r.id <= ? and (${rule.broken}) order by r.id`,
    [from, from + pageSize, ...rule.parameters],
  )
}

/** What the database engine finds wrong with its own file. */
const databaseFaults = async (sql: Sql): Promise<Broken[]> => {
  const rows = await sql.all<{ integrity_check: string }>('pragma integrity_check(100)')
  const faults = rows.map((row) => row.integrity_check).filter((text) => text !== 'ok')
  return faults.length === 0 ? [] : [{
    rule: 'damaged database',
    means: 'the database file is damaged: restore it from a backup, or recover it with "sqlite3 FILE .recover"',
    count: faults.length,
    examples: faults.slice(0, mostExamples).map((name) => ({ id: 0, name })),
  }]
}
