import type { Instant, Millis } from '../domain/time.ts'
import type { Sql } from '../world.ts'
import { dialects } from './dialects.ts'
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
  readonly events: number
  readonly broken: readonly Broken[]
}

/** Examples kept of each rule. */
const mostExamples = 10
/** Rows looked at in one question. */
const pageSize = 10_000

export type CheckOptions = {
  readonly now: Instant
  readonly staleMs: Millis
  /** Told after each page how many rows of how many were looked at; what it throws ends the check. */
  readonly progress: (done: number, of: number) => Promise<void>
}

/** Looks at every row, a page of ids at a time. */
export const checkLedger = async (sql: Sql, { now, staleMs, progress }: CheckOptions): Promise<LedgerCheck> => {
  const damage = await databaseFaults(sql)
  const rules = ledgerRules(now, staleMs)
  const sizes = { groups: await lastId(sql, 'files'), components: await lastId(sql, 'file_components'), events: await lastId(sql, 'events') }
  const whole = sizes.groups + sizes.components + sizes.events
  const groups = await checkTable(sql, 'files', rules, (done) => progress(done, whole))
  const components = await checkTable(sql, 'file_components', rules, (done) => progress(sizes.groups + done, whole))
  const events = await checkTable(sql, 'events', rules, (done) => progress(sizes.groups + sizes.components + done, whole))
  await progress(whole, whole)
  return {
    components: components.rows, groups: groups.rows, events: events.rows,
    broken: [...damage, ...components.broken, ...groups.broken, ...events.broken],
  }
}

const lastId = async (sql: Sql, table: LedgerRule['table']): Promise<number> => {
  const [row] = await sql.all<{ id: number | null }>(`select max(id) as id from ${table}`)
  return row?.id ?? 0
}

const checkTable = async (
  sql: Sql, table: LedgerRule['table'], all: readonly LedgerRule[], progress: (done: number) => Promise<void>,
): Promise<{ rows: number; broken: Broken[] }> => {
  const rules = all.filter((one) => one.table === table)
  const broken = rules.map(({ name, means }) => ({
    rule: name, means, count: 0, examples: [] as Broken['examples'][number][],
  }))
  let rows = 0
  for (let after = 0; ;) {
    const [page] = await sql.all<{ count: number; last: number | null }>(
      `select count(*) as count, max(id) as last from (select id from ${table} where id > ? order by id limit ${pageSize}) page`,
      [after],
    )
    if (page === undefined || page.last === null) return { rows, broken: broken.filter((one) => one.count > 0) }
    for (const row of await brokenRows(sql, table, rules, after)) {
      rules.forEach((_, index) => {
        const entry = broken[index]
        if (entry === undefined || row[`broken${index}`] !== 1) return
        entry.count += 1
        if (entry.examples.length < mostExamples) entry.examples.push({ id: row.id, name: row.name })
      })
    }
    rows += page.count
    after = page.last
    await progress(after)
  }
}

type BrokenRow = { readonly id: number; readonly name: string } & Readonly<Record<`broken${number}`, number | null>>

/** The rows of one page that break a rule, with a column for each rule. The page stands as a table of its own, so that
 *  no rule is looked for in an index of the whole; the second limit keeps MariaDB from moving conditions to where they
 *  mean nothing. */
const brokenRows = (
  sql: Sql, table: LedgerRule['table'], rules: readonly LedgerRule[], after: number,
): Promise<BrokenRow[]> => {
  return sql.all(
    `select * from (
       select r.id, ${names[table]} as name, ${rules.map(columnOf).join(', ')}
         from (select * from ${table} where id > ? order by id limit ${pageSize}) r limit ${pageSize}) looked_at
      where ${rules.map((_, index) => `broken${index} = 1`).join(' or ')}`,
    [...rules.flatMap((rule) => rule.parameters), after],
  )
}

/** What people know a row by. */
const names = {
  files: "r.watch_name || ': ' || r.group_key",
  file_components: "coalesce(r.source_path, r.archive_path, '')",
  events: "r.stage || ': ' || coalesce(r.detail, r.to_status, '')",
} as const satisfies Record<LedgerRule['table'], string>

const columnOf = ({ broken }: LedgerRule, index: number): string => `case when ${broken} then 1 else 0 end as broken${index}`

/** What the database engine finds wrong with its own file or tables. */
const databaseFaults = async (sql: Sql): Promise<Broken[]> => {
  const { damage } = dialects[sql.dialect]
  const rows = damage === null ? [] : await sql.all<{ found?: string; Msg_text?: string; Msg_type?: string }>(damage)
  const faults = rows.filter((row) => row.Msg_type !== 'note').map((row) => row.found ?? row.Msg_text ?? '').filter((text) => text.toLowerCase() !== 'ok')
  const means = sql.dialect === 'sqlite'
    ? 'the database file is damaged: restore it from a backup, or recover it with "sqlite3 FILE .recover"'
    : 'the server finds its tables damaged: see its log, and restore them from a backup'
  return faults.length === 0 ? [] : [{
    rule: 'damaged database', means, count: faults.length, examples: faults.slice(0, mostExamples).map((name) => ({ id: 0, name })),
  }]
}
