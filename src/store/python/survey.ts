import type { Identity } from '../../domain/identity.ts'
import type { Sql } from '../../world.ts'
import { dialects } from '../dialects.ts'
import { surveyTable } from './tables.ts'

/** What was found out about one component of the Python package. */
export type Surveyed = {
  readonly watchName: string
  /** As this program's config spells it. */
  readonly path: string
  readonly key: string
  readonly extension: string
  readonly origin: 'delivered' | 'adopted'
  readonly archive: { readonly name: string | null; readonly key: string | null; readonly path: string } | null
  /** Of its source, where that is just as its row has it; null: to be looked at. */
  readonly identity: Identity | null
  readonly sourceIsThere: boolean
  /** Of what stands in the archive. */
  readonly sha256: string | null
  readonly archivedBytes: number | null
  /** Why its copy in the archive cannot be had. */
  readonly trouble: string | null
  /** Why no row of ours stands for it. */
  readonly kept: string | null
}

/** Makes the table of what is found out, or takes up the one of a run that was ended. */
export const openSurvey = async (sql: Sql, basis: string): Promise<void> => {
  const type = dialects[sql.dialect]
  await sql.run(`create table if not exists ${surveyTable} (
    id ${type.bigint} primary key, seen_as ${type.name} not null, archive_digest ${type.digest}, copy_is ${type.name},
    archive_name ${type.name}, detail ${type.json} not null)`)
  await sql.run(`create index if not exists ix_${surveyTable} on ${surveyTable} (archive_digest)`)
  const [header] = await sql.all<{ basis: string }>(`select seen_as as basis from ${surveyTable} where id = 0`)
  if (header?.basis === basis) return
  await sql.run(`delete from ${surveyTable}`)
  await sql.run(`insert into ${surveyTable} (id, seen_as, detail) values (0, ?, '{}')`, [basis])
}

/** Each row as it was when it was looked at, by id. */
export const seenAs = async (sql: Sql, ids: readonly number[]): Promise<ReadonlyMap<number, string>> => {
  const rows = await sql.all<{ id: number; seen: string }>(
    `select id, seen_as as seen from ${surveyTable} where id in (select value from json_each(?))`, [JSON.stringify(ids)],
  )
  return new Map(rows.map((row) => [row.id, row.seen]))
}

/** `copy`: whether what it archived was found in the archive; null for what was not archived. */
export type SurveyRow = {
  readonly id: number
  readonly seen: string
  readonly archiveDigest: string | null
  readonly copy: 'found' | 'missing' | 'unreadable' | null
  readonly found: Surveyed
}

export const writeSurvey = (sql: Sql, rows: readonly SurveyRow[]): Promise<void> =>
  sql.transaction(async (tx) => {
    await tx.run(`delete from ${surveyTable} where id in (select value from json_each(?))`, [JSON.stringify(rows.map((one) => one.id))])
    await tx.many(
      `insert into ${surveyTable} (id, seen_as, archive_digest, copy_is, archive_name, detail) values (?, ?, ?, ?, ?, ?)`,
      rows.map((one) => [one.id, one.seen, one.archiveDigest, one.copy, one.found.archive?.name ?? null, JSON.stringify(one.found)]),
    )
  })

/** What was found out about these, by id. */
export const readSurvey = async (sql: Sql, ids: readonly number[]): Promise<ReadonlyMap<number, Surveyed>> => {
  const rows = await sql.all<{ id: number; detail: string }>(
    `select id, detail from ${surveyTable} where id in (select value from json_each(?))`, [JSON.stringify(ids)],
  )
  return new Map(rows.map((row) => [row.id, JSON.parse(row.detail) as Surveyed]))
}

/** Which components were put at these places in the archive, by the digest of the place. */
export const atPlaces = async (sql: Sql, digests: readonly string[]): Promise<ReadonlyMap<string, readonly number[]>> => {
  const rows = await sql.all<{ id: number; digest: string }>(
    `select id, archive_digest as digest from ${surveyTable} where archive_digest in (select value from json_each(?)) order by id`,
    [JSON.stringify(digests)],
  )
  const found = Map.groupBy(rows, (row) => row.digest)
  return new Map([...found].map(([digest, own]) => [digest, own.map((row) => row.id)]))
}

/** Of one archive: how many of the files that stand in it by their rows were found there, and how many not. */
export type Copies = { readonly archive: string | null } & Readonly<Record<'found' | 'missing' | 'unreadable', number>>

export const copyCounts = async (sql: Sql): Promise<readonly Copies[]> => {
  const rows = await sql.all<{ archive: string | null; copy: 'found' | 'missing' | 'unreadable'; count: number }>(
    `select archive_name as archive, copy_is as copy, count(*) as count from ${surveyTable} where copy_is is not null
      group by archive_name, copy_is order by archive_name`,
  )
  return [...Map.groupBy(rows, (row) => row.archive)].map(([archive, own]) => ({
    archive, found: 0, missing: 0, unreadable: 0, ...Object.fromEntries(own.map((row) => [row.copy, Number(row.count)])),
  }))
}

/** One of those that were not. */
export const lostCopy = async (sql: Sql, archive: string | null, copy: 'missing' | 'unreadable'): Promise<Surveyed | null> => {
  const [row] = await sql.all<{ detail: string }>(
    `select detail from ${surveyTable} where copy_is = ? and coalesce(archive_name, '') = ? order by id limit 1`, [copy, archive ?? ''],
  )
  return row === undefined ? null : JSON.parse(row.detail) as Surveyed
}
