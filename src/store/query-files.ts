import { Fault } from '../domain/fault.ts'
import type { Instant } from '../domain/time.ts'
import type { Sql } from '../world.ts'
import type { Condition } from './conditions.ts'
import { conditionsOf, type Filter } from './filters.ts'
import type { QueryColumn } from './query-columns.ts'
import { countRows, planRows, selectRows, type Choice, type Plan, type Row } from './select-rows.ts'

/** What is wanted of `files`. Without `allGenerations` the newest generation of each group. */
export type FilesQuestion = Choice & { readonly filters: readonly Filter[]; readonly allGenerations?: boolean }

/** Writes the question. What is unknown or can't be compared is a Fault, and so is asking for everything at once. */
export const planFiles = (columns: readonly QueryColumn[], question: FilesQuestion, now: Instant): Plan => {
  if (isUnbounded(question)) {
    throw new Fault('this would give every row of the table', { remedy: 'give at least one filter, a limit, or ask for the count' })
  }
  return planRows({ table: 'files', columns, conditions: conditions(columns, question, now) }, question)
}

const isUnbounded = ({ filters, limit }: FilesQuestion): boolean =>
  limit === undefined && filters.every((one) => one.value === undefined)

/** The groups that pass every filter. */
export const queryFiles = (sql: Sql, plan: Plan): Promise<Row[]> => selectRows(sql, plan)

/** How many there are, whatever the limit. */
export const countFiles = (
  sql: Sql, columns: readonly QueryColumn[], question: FilesQuestion, now: Instant,
): Promise<number> => countRows(sql, { table: 'files', conditions: conditions(columns, question, now) })

const conditions = (columns: readonly QueryColumn[], question: FilesQuestion, now: Instant): readonly Condition[] => [
  ...(question.allGenerations === true ? [] : [{ sql: '"is_latest" = 1', parameters: [] }]),
  ...conditionsOf(columns, question.filters, now),
]
