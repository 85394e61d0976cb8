import type { Path } from '../domain/path.ts'
import { showPath } from '../domain/path.ts'
import type { Status } from '../domain/status.ts'
import type { Sql } from '../world.ts'
import { digestLists, groupDigest, isOneOf, pathDigest } from './digest.ts'

/** A component that was asked for, or with `componentId` null a whole group. */
export type Match = {
  readonly componentId: number | null
  readonly groupDigest: string
  readonly watchName: string
  readonly groupKey: string
  readonly filename: string | null
  readonly sourcePath: string | null
  readonly status: Status | null
}

/** Questions about one thing give at most this many matches, the newest first. */
export const mostMatches = 100

const find = (sql: Sql, condition: string, parameters: readonly string[]): Promise<Match[]> =>
  sql.all(
    `select c.id as "componentId", f.group_digest as "groupDigest", f.watch_name as "watchName", f.group_key as "groupKey",
            c.filename, c.source_path as "sourcePath", c.status
       from file_components c join files f on f.id = c.group_id
      where ${condition} order by c.id desc limit ${mostMatches}`,
    parameters,
  )

/** The newest row of a path in a delivery directory. */
export const findBySource = (sql: Sql, path: Path): Promise<Match[]> => find(sql, 'c.current_digest = ?', [pathDigest(path)])

/** Everything that was ever kept under a path of an archive. */
export const findByArchivePath = (sql: Sql, path: Path): Promise<Match[]> => find(sql, isOneOf('c.archive_digest'), digestLists([pathDigest(path)]))

/** Everything with this content. */
export const findByContent = (sql: Sql, sha256: string): Promise<Match[]> => find(sql, isOneOf('c.sha256'), digestLists([sha256]))

/** Every delivered file of this name, wherever it lay. */
export const findByName = (sql: Sql, name: Path): Promise<Match[]> => find(sql, 'c.filename = ?', [showPath(name)])

/** The groups of this key, one a watch. */
export const findByGroupKey = (sql: Sql, key: string, watchNames: readonly string[]): Promise<Match[]> =>
  sql.all(
    `select null as "componentId", group_digest as "groupDigest", watch_name as "watchName", group_key as "groupKey",
            null as filename, null as "sourcePath", null as status
       from files where group_digest in (select value from json_each(?)) and is_latest = 1 order by watch_name`,
    [JSON.stringify(watchNames.map((name) => groupDigest(name, key)))],
  )
