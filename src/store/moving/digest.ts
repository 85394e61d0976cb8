import type { SqlValue } from '../../world.ts'
import { columnTime } from '../python/read.ts'
import type { LedgerTable, TableRow } from './tables.ts'

/** The SHA-256 of a table's rows in a form that no engine shows through: whole numbers by their digits, times as
 *  \`2026-11-21 10:00:00.000\`, bytes in hex, columns by name, rows by id. */
export const openTableDigest = ({ columns, times }: LedgerTable) => {
  const hash = new Bun.CryptoHasher('sha256')
  const isTime = columns.map((name) => times.has(name))
  let rows = 0
  return {
    add: (page: readonly TableRow[]): void => {
      hash.update(page.map((row) => `${JSON.stringify(row.map((value, index) => plain(value, isTime[index] === true)))}\n`).join(''))
      rows += page.length
    },
    end: (): TableDigest => ({ rows, sha256: hash.digest('hex') }),
  }
}

export type TableDigest = { readonly rows: number; readonly sha256: string }

const plain = (value: SqlValue, isTime: boolean): string | null => {
  if (value === null) return null
  if (typeof value === 'boolean') return String(Number(value))
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')
  return isTime ? columnTime(value) ?? String(value) : String(value)
}
