import { closeSync, fsyncSync, openSync } from 'node:fs'
import { release } from 'node:os'
import { fsPath, parentOf, type Path } from '../../domain/path.ts'
import { openToRead } from '../file-calls.ts'
import { fileSystemOf } from '../file-system.ts'
import { syncfs } from '../libc.ts'
import { withFile } from '../with-file.ts'
import { syncDirectory } from './directories.ts'
import type { OpenArchive } from './layout.ts'

/** How what one put writes outlives a power cut. Each call ends when it is on the disk, or throws; after it threw,
 *  nothing of the put counts, whatever a later call says. */
export type Durable = {
  /** Each file is made durable as it is written; else `staged` does it for all. */
  readonly isEach: boolean
  /** The staged files with their intents. */
  staged(put: Path): void
  /** The names they got; and files that stood there already, with these bytes. */
  published(directories: ReadonlySet<Path>, stood: readonly Path[]): void
  close(): void
}

/** Up to this many files are made durable one by one, since the file system may hold much that is not ours. */
const fewFiles = 8

/** `part` stands on the file system that all of it goes to. Open it before the first byte is written: an error is told
 *  to whoever had a descriptor by then. */
export const openDurable = ({ durability }: OpenArchive, part: Path, fileCount: number): Durable => {
  if (durability === 'none') return notAtAll
  return fileCount <= fewFiles || !tellsErrors(part) ? each : together(part)
}

const notAtAll: Durable = { isEach: false, staged: () => undefined, published: () => undefined, close: () => undefined }

const each: Durable = {
  isEach: true,
  staged: (put) => {
    const run = parentOf(put)
    for (const directory of [put, run, parentOf(run)]) syncDirectory(directory)
  },
  published: (directories, stood) => {
    for (const path of stood) syncFile(path)
    for (const directory of new Set([...directories, ...stood.map(parentOf)])) syncDirectory(directory)
  },
  close: () => undefined,
}

const together = (part: Path): Durable => {
  const fd = openSync(fsPath(part), 'r')
  return { isEach: false, staged: () => syncfs(fd), published: () => syncfs(fd), close: () => closeSync(fd) }
}

/** A symbolic link has nothing but its name. */
const syncFile = (path: Path): void => {
  try {
    withFile(openToRead(path), fsyncSync)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ELOOP')) throw error
  }
}

/** Whether syncfs(2) reports what could not be written: since Linux 5.8, and only where the file system is this
 *  machine's own. */
const tellsErrors = (path: Path): boolean => {
  const [major = 0, minor = 0] = release().split('.').map(Number)
  return (major > 5 || (major === 5 && minor >= 8)) && fileSystemOf(path).local
}
