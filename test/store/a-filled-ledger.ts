import type { Path } from '../../src/domain/path.ts'
import { showPath } from '../../src/domain/path.ts'
import { toColumn } from '../../src/domain/time.ts'
import { groupDigest, pathDigest } from '../../src/store/digest.ts'
import { migrate } from '../../src/store/migrations.ts'
import type { Sql, SqlValue } from '../../src/world.ts'
import { anEmptySql } from '../servers/a-sql.ts'

/** When the tests of the ledger take place. */
export const noon = Date.parse('2026-11-21T12:00:00Z')

/** A time so many minutes before noon, as a column has it. */
export const before = (minutes: number): string => toColumn(noon - minutes * 60_000)

/** An empty ledger in memory. */
export const aLedger = async (): Promise<Sql> => {
  const sql = await anEmptySql()
  await migrate(sql, noon)
  return sql
}

type Columns = Readonly<Record<string, SqlValue>>

/** A group row of the watch `in`, complete unless said otherwise. */
export const addGroup = async (sql: Sql, id: number, columns: Columns = {}): Promise<void> => {
  const row: Columns = {
    id, watch_name: 'in', group_key: `g${id}`, generation: 1, complete: 1, metadata: '{}', created_at: before(30),
    last_arrival_at: before(30), modified_at: before(30), ...columns,
  }
  await insert(sql, 'files', { ...row, group_digest: groupDigest(String(row['watch_name']), String(row['group_key'])) })
}

/** A component with the path `/in/…` and one event that gave it its status. */
export const addComponent = async (
  sql: Sql, id: number, group: number, status: string, columns: Columns & { readonly path?: Path } = {},
): Promise<void> => {
  const { path = `/in/g${group}.${id}`, ...given } = columns
  const isArchived = status === 'archived'
  const kept = `/archive${path}`
  await insert(sql, 'file_components', {
    id, group_id: group, watch_name: 'in', filename: showPath(path.slice(path.lastIndexOf('/') + 1)),
    source_path: showPath(path), path_digest: pathDigest(path), current_digest: pathDigest(path), status,
    size_bytes: 5, in_archive: Number(isArchived), archive_path: isArchived ? kept : null,
    archive_digest: isArchived ? pathDigest(kept) : null, sha256: isArchived ? String(id).padStart(64, '0') : null,
    detected_at: before(30), ...given,
  })
  await sql.run(
    `insert into events (component_id, group_id, at, from_status, to_status, stage, actor)
     values (?, ?, ?, null, ?, 'record', 'record')`, [id, group, given['detected_at'] ?? before(30), status],
  )
}

const insert = async (sql: Sql, table: string, row: Columns): Promise<void> => {
  const names = Object.keys(row)
  await sql.run(
    `insert into ${table} (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`, Object.values(row),
  )
}
