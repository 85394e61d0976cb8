import { Fault } from '../domain/fault.ts'
import type { Columns } from '../plugin/contract.ts'
import type { Broken } from '../store/check-ledger.ts'
import { columnDrift } from '../store/plugin-columns.ts'
import { schemaDrift } from '../store/schema-drift.ts'
import type { Sql } from '../world.ts'

type Opened = { describe(): { readonly columns: Columns }; close(): void }

/** Where the tables are not what this version and the plugin need. A plugin that cannot be loaded is told as such. */
export const drift = async (sql: Sql, openPlugins: () => Promise<Opened>): Promise<readonly Broken[]> => [
  ...brokenBy('schema drift', 'what this version makes in a database is not all there', await schemaDrift(sql)),
  ...brokenBy('plugin columns', 'the table and the columns of the plugin differ', await pluginDrift(sql, openPlugins)),
]

const pluginDrift = async (sql: Sql, openPlugins: () => Promise<Opened>): Promise<readonly string[]> => {
  try {
    const plugins = await openPlugins()
    plugins.close()
    return await columnDrift(sql, plugins.describe().columns)
  } catch (error) {
    if (error instanceof Fault) return [error.sentence]
    throw error
  }
}

const brokenBy = (rule: string, means: string, found: readonly string[]): readonly Broken[] =>
  found.length === 0 ? [] : [{ rule, means, count: found.length, examples: found.slice(0, mostExamples).map((name) => ({ id: 0, name })) }]

const mostExamples = 10
