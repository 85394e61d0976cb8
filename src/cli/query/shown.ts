import type { QueryColumn } from '../../store/query-columns.ts'
import type { Row } from '../../store/select-rows.ts'

/** What is printed: names of columns, and rows in their order, some at a time. */
export type Shown = {
  readonly columns: readonly Pick<QueryColumn, 'name' | 'type'>[]
  readonly pages: AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>
}
