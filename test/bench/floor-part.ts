/** One part of the main job by itself, in one thread, with nothing decided: `bun floor-part.ts PART DELIVERY FOLDER LEDGER`.
 *  Writes the processor time that it took, in ms, to FOLDER/cpu. */
import { Database } from 'bun:sqlite'
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { closeFile, openFile, openToRead, readAt, writeAt, writeNew } from '../../src/edges/file-calls.ts'
import { futimens, renameNoReplace, syncfs } from '../../src/edges/libc.ts'
import { glanceAt, lookAtOpen, readableAt } from '../../src/edges/look-at.ts'

/** Groups in a batch, and files in a group. */
const [batchGroups, groupFiles] = [500, 2]
/** Rows of a group in each table of the ledger. */
const rowsOfGroup = { files: 1, file_components: groupFiles, events: 2 * groupFiles }

type Place = { readonly delivery: string; readonly folder: string; readonly ledger: string }

/** Every system call that looking at small files, copying them, hashing them, making them durable and naming them takes. */
const files = ({ delivery, folder }: Place): void => {
  const [staging, archive] = [join(folder, 'staging'), join(folder, 'archive')]
  for (const path of [staging, archive]) mkdirSync(path)
  const whole = openSync(archive, 'r')
  const block = Buffer.allocUnsafe(1 << 16)
  for (const names of inBatches(readdirSync(delivery))) {
    for (const name of names) glanceAt(join(delivery, name), false)
    for (const name of names) readableAt(join(delivery, name), false)
    for (const name of names) {
      const from = openToRead(join(delivery, name))
      const to = openFile(join(staging, name), writeNew, 0o640)
      const bytes = block.subarray(0, readAt(from, block, block.length, 0))
      writeAt(to, bytes, 0)
      Bun.SHA256.hash(bytes, 'hex')
      lookAtOpen(from)
      lookAtOpen(to)
      futimens(to, 0n)
      for (const fd of [from, to]) closeFile(fd)
    }
    syncfs(whole)
    for (const name of names) glanceAt(join(archive, name), false)
    for (const name of names) renameNoReplace(join(staging, name), join(archive, name))
    syncfs(whole)
  }
  closeSync(whole)
}

/** The rows of a ledger into another one of the same tables and indexes, in the same transactions. */
const ledger = ({ folder, ledger: finished }: Place): void => {
  const [from, to] = [new Database(finished, { readonly: true }), new Database(join(folder, 'ledger.db'))]
  for (const pragma of ['journal_mode = wal', 'synchronous = full', 'wal_autocheckpoint = 10000', 'cache_size = -8192']) to.run(`pragma ${pragma}`)
  for (const { sql } of from.query<{ sql: string }, []>('select sql from sqlite_master where sql is not null').all()) to.run(sql)
  const inserts = Object.entries(rowsOfGroup).map(([table, perGroup]) => {
    const rows = from.query(`select * from ${table} order by id`).values()
    const statement = to.query(`insert into ${table} values (${(rows[0] ?? []).map(() => '?').join(', ')})`)
    return { rows, perBatch: perGroup * batchGroups, run: (row: unknown[]) => statement.run(...(row as string[])) }
  })
  for (let batch = 0; inserts.some(({ rows, perBatch }) => batch * perBatch < rows.length); batch += 1) {
    to.transaction(() => {
      for (const { rows, perBatch, run } of inserts) for (const row of rows.slice(batch * perBatch, (batch + 1) * perBatch)) run(row)
    })()
  }
}

/** The JSON files, read and parsed. */
const metadata = ({ delivery }: Place): void => {
  for (const name of readdirSync(delivery)) if (name.endsWith('.json')) JSON.parse(readFileSync(join(delivery, name), 'utf8'))
}

const inBatches = (names: readonly string[]): readonly (readonly string[])[] => {
  const size = batchGroups * groupFiles
  return Array.from({ length: Math.ceil(names.length / size) }, (_, at) => names.slice(at * size, (at + 1) * size))
}

const parts = new Map(Object.entries({ files, ledger, metadata }))

const [part = '', delivery = '', folder = '', finished = ''] = process.argv.slice(2)
const began = process.cpuUsage()
parts.get(part)?.({ delivery, folder, ledger: finished })
const { user, system } = process.cpuUsage(began)
writeFileSync(join(folder, 'cpu'), String((user + system) / 1000))
