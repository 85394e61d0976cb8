import { afterEach, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite } from '../../src/edges/sqlite.ts'
import { openServer } from '../../src/edges/servers/server.ts'
import { migrate } from '../../src/store/migrations.ts'
import { newFiles } from '../../src/store/new-files.ts'
import { fileColumns } from '../../src/store/query-columns.ts'
import { recordBatch } from '../../src/store/record-batch.ts'
import type { Sql } from '../../src/world.ts'
import { aGroup } from '../fakes/builders.ts'
import { freshDatabase, running, serverNames } from '../servers/servers.ts'
import { noon } from './a-filled-ledger.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

/** Opens connections of as many processes as wanted to one database. */
const opener = async (engine: string): Promise<() => Sql> => {
  const server = serverNames.find((one) => one === engine)
  const kept = (sql: Sql): Sql => {
    closing.push(() => sql.close())
    return sql
  }
  if (server === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'carbonation-news-'))
    closing.push(() => rmSync(folder, { recursive: true }))
    return () => kept(openSqlite(join(folder, 'db'), { create: true, synchronous: 'off' }))
  }
  const { server: place, drop } = await freshDatabase(server)
  closing.push(drop)
  return () => kept(openServer(place))
}

for (const engine of ['sqlite', ...serverNames]) {
  const server = serverNames.find((one) => one === engine)
  test.skipIf(server !== undefined && running(server) === null)(`new files of several writers at a time are told of once and in order, on ${engine}`, async () => {
    const open = await opener(engine)
    await migrate(open(), noon)
    const [writers, batches, size] = [4, 12, 5]
    let left = writers
    const write = async (writer: number): Promise<void> => {
      const sql = open()
      for (let batch = 0; batch < batches; batch += 1) {
        const groups = Array.from({ length: size }, (_, n) => aGroup({
          key: `${writer}-${batch}-${n}`, members: [], complete: true, completedAt: noon, receipt: { archive: 'main', id: 'r' },
        }))
        await recordBatch(sql, groups, { now: noon, columns: {} })
      }
      left -= 1
    }
    const keys: string[] = []
    const read = async (): Promise<void> => {
      const sql = open()
      let cursor: string | null = null
      for (let isLast = false; ; isLast = left === 0) {
        const news: Awaited<ReturnType<typeof newFiles>> = await newFiles(sql, fileColumns({}, new Set()), cursor, { limit: 7 })
        cursor = news.cursor
        keys.push(...news.rows.map((row) => String(row['group_key'])))
        if (isLast && news.rows.length === 0) return
        if (news.rows.length === 0) await Bun.sleep(1)
      }
    }
    await Promise.all([read(), ...Array.from({ length: writers }, (_, writer) => write(writer))])
    expect([keys.length, new Set(keys).size]).toEqual([writers * batches * size, writers * batches * size])
    for (let writer = 0; writer < writers; writer += 1) {
      const own = keys.filter((key) => key.startsWith(`${writer}-`))
      expect(own).toEqual(own.toSorted((a, b) => orderOf(a) - orderOf(b)))
    }
  }, 60_000)
}

const orderOf = (key: string): number => {
  const [, batch = 0, n = 0] = key.split('-').map(Number)
  return batch * 100 + n
}
