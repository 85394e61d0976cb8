import { clock, openDatabase } from '../compose.ts'
import type { Config } from '../config/config.ts'
import type { Instant } from '../domain/time.ts'
import { openPlugins } from '../edges/plugin-host.ts'
import type { Columns, QueryDefaults } from '../plugin/contract.ts'
import { dialects } from '../store/dialects.ts'
import { filesColumns } from '../store/plugin-columns.ts'
import { fileColumns, type QueryColumn } from '../store/query-columns.ts'
import type { Sql } from '../world.ts'

/** What questions about groups need: the database, opened for reading, and the columns it can be asked
 *  for. */
export type Asking = {
  readonly sql: Sql
  readonly columns: readonly QueryColumn[]
  /** What the plugin wants where the caller says nothing. */
  readonly defaults: QueryDefaults
  readonly now: () => Instant
  close(): Promise<void>
}

/** Opens a project for questions. The plugins only say which columns there are, and end again. */
export const openAsking = async (config: Config, print?: (text: string) => void): Promise<Asking> => {
  const plugin = await pluginColumns(config, print)
  const sql = await openDatabase(config, { readonly: true })
  try {
    const present = new Set((await filesColumns(sql)).keys())
    return {
      sql, columns: fileColumns(plugin.columns, present, dialects[sql.dialect]), defaults: plugin.queryDefaults, now: clock.now,
      close: () => sql.close(),
    }
  } catch (error) {
    await sql.close()
    throw error
  }
}

/** The columns and the query defaults of the project's plugin. */
export const pluginColumns = async (
  { plugins }: Config, print?: (text: string) => void,
): Promise<{ readonly columns: Columns; readonly queryDefaults: QueryDefaults }> => {
  const host = await openPlugins({ ...plugins, ...(print === undefined ? {} : { print }) })
  const { columns, queryDefaults } = host.describe()
  host.close()
  return { columns, queryDefaults }
}
