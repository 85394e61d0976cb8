import { closeSync, openSync } from 'node:fs'
import { fsPath, type Path } from '../domain/path.ts'
import { diskFault } from './disk-errors.ts'
import { tryLockByte } from './libc.ts'

/** Locks on watches: of the processes of this host that share a database, one works on a watch at a time. Each watch is
 *  one byte of a file beside the database, so a lock ends with its process, however that ends. */
export type WatchLocks = {
  /** The names that another process works on; empty when all of them are ours now. */
  take(names: readonly string[]): readonly string[]
  release(): void
}

export const openWatchLocks = (file: Path): WatchLocks => {
  let fd: number | null = null
  const release = () => {
    if (fd !== null) closeSync(fd)
    fd = null
  }
  return {
    release,
    take: (names) => {
      try {
        const open = openSync(fsPath(file), 'a+', 0o660)
        const taken = names.filter((name) => !tryLockByte(open, byteOf(name)))
        if (taken.length > 0) closeSync(open)
        else fd = open
        return taken
      } catch (error) {
        throw diskFault(error, 'cannot lock', file)
      }
    },
  }
}

/** Far beyond the file's end, which stays empty. */
const byteOf = (name: string): bigint => BigInt(Bun.hash.xxHash32(name))
