import type { Columns } from '../../src/plugin/contract.ts'
import { migrate } from '../../src/store/migrations.ts'
import { addPluginColumns } from '../../src/store/plugin-columns.ts'
import type { Sql, SqlValue } from '../../src/world.ts'
import { anEmptySql } from '../servers/a-sql.ts'

/** An empty database with the plugin's columns. */
export const aLedger = async (columns: Columns = {}, file = ':memory:'): Promise<Sql> => {
  const sql = await anEmptySql(file)
  await migrate(sql, Date.parse('2026-01-01T00:00:00Z'))
  await addPluginColumns(sql, columns)
  return sql
}

/** Writes rows as they are; of a group and of a component what must be there has a default. */
export const addGroups = (sql: Sql, ...rows: readonly Readonly<Record<string, SqlValue>>[]): Promise<void> =>
  addAll(sql, 'files', rows.map((row, index) => ({
    id: index + 1, watch_name: 'radar', group_key: `g${index + 1}`, group_digest: `digest ${index + 1}`,
    created_at: '2026-03-01 10:00:00.000', modified_at: '2026-03-01 10:00:01.000', ...row,
  })))

export const addComponents = (sql: Sql, ...rows: readonly Readonly<Record<string, SqlValue>>[]): Promise<void> =>
  addAll(sql, 'file_components', rows.map((row, index) => ({
    id: index + 1, watch_name: 'radar', filename: `f${index + 1}.txt`, source_path: `/in/f${index + 1}.txt`,
    path_digest: `path ${index + 1}`, group_id: 1, status: 'archived', detected_at: '2026-03-01 10:00:00.000', ...row,
  })))

const addAll = async (sql: Sql, table: string, rows: readonly Readonly<Record<string, SqlValue>>[]): Promise<void> => {
  for (const row of rows) {
    const names = Object.keys(row)
    await sql.run(
      `insert into ${table} (${names.map((name) => `"${name}"`).join(', ')}) values (${names.map(() => '?').join(', ')})`,
      Object.values(row),
    )
  }
}
