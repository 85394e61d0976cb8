import type { Columns, ColumnType } from '../../plugin/contract.ts'
import type { Sql } from '../../world.ts'
import { dialects } from '../dialects.ts'
import { columnType, filesColumns } from '../plugin-columns.ts'

/** Gives the target's \`files\` the columns that the source's has beyond its own. The plugin says what they hold, where the
 *  source agrees; else their declared type does. */
export const addExtraColumns = async (from: Sql, to: Sql, columns: Columns): Promise<void> => {
  const [source, target] = [await filesColumns(from), await filesColumns(to)]
  const extra = [...source].filter(([name]) => !target.has(name))
  for (const [name, declared] of extra) {
    const told = columns[name]?.type
    const isTold = told !== undefined && dialects[from.dialect][columnType(told)].toLowerCase() === declared
    await to.run(`alter table files add column "${name}" ${dialects[to.dialect][columnType(isTold ? told : typeOf(declared))]}`)
  }
}

const typeOf = (declared: string): ColumnType => {
  if (/timestamp|datetime/.test(declared)) return 'datetime'
  if (/int/.test(declared)) return 'bigint'
  return /double|real|float/.test(declared) ? 'float' : 'text'
}
