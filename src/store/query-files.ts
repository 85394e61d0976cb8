import { Fault } from '../domain/fault.ts'
import type { Instant } from '../domain/time.ts'
import type { Sql } from '../world.ts'
import type { Condition } from './conditions.ts'
import { conditionsOf, type Filter } from './filters.ts'
import type { QueryColumn } from './query-columns.ts'
import {
  countRows, planCount, planRows, selectRows, type Choice, type CountPlan, type Plan, type Row,
} from './select-rows.ts'

/** What is wanted of `files`. Without `allGenerations` the newest generation of each group. */
export type FilesQuestion = Choice & { readonly filters: readonly Filter[]; readonly allGenerations?: boolean }

/** Writes the question. What is unknown or can't be compared is a Fault. */
export const planFiles = (columns: readonly QueryColumn[], question: FilesQuestion, now: Instant): Plan =>
  planRows({ table: 'files', columns, conditions: conditions(columns, question, now) }, question)

/** Refuses to ask for everything at once, which a program rarely means. */
export const requireBound = ({ filters, limit }: FilesQuestion): void => {
  if (limit !== undefined || filters.some((one) => one.value !== undefined)) return
  throw new Fault('this would give every row of the table', {
    remedy: 'give at least one filter, a limit, or ask for the count',
  })
}

/** How many pass, whatever the limit. */
export const planFilesCount = (
  columns: readonly QueryColumn[], question: FilesQuestion, now: Instant,
): CountPlan =>
  isUnfiltered(question) ? allLatest : planCount({ table: 'files', conditions: conditions(columns, question, now) })

const isUnfiltered = ({ filters, allGenerations }: FilesQuestion): boolean =>
  allGenerations !== true && filters.every((one) => one.value === undefined)

/** All but those that were replaced, which are few and have an index of their own: neither count reads a row. */
const allLatest: CountPlan = {
  text: 'select (select count(*) from files) - (select count(*) from files where is_latest = 0) as count', parameters: [],
}

/** The groups that pass every filter. */
export const queryFiles = (sql: Sql, plan: Plan): Promise<Row[]> => selectRows(sql, plan)

export const countFiles = (sql: Sql, plan: CountPlan): Promise<number> => countRows(sql, plan)

/** Most rows are, and so an index does not help by it: `coalesce` keeps the engine from walking one for that alone. */
const latest: Condition = { sql: 'coalesce("is_latest", 0) = 1', parameters: [] }

const conditions = (
  columns: readonly QueryColumn[], question: FilesQuestion, now: Instant,
): readonly Condition[] => [
  ...(question.allGenerations === true ? [] : [latest]),
  ...conditionsOf(columns, question.filters, now),
]
