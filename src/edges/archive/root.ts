import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, statfsSync, writeSync } from 'node:fs'
import { Fault } from '../../domain/fault.ts'
import { fsPath, showPath, type Path } from '../../domain/path.ts'
import type { ArchiveState } from '../../world.ts'
import { codeOf, diskFault } from '../disk-errors.ts'
import { syncDirectory } from './directories.ts'
import type { Layout, OpenArchive } from './layout.ts'

/** The root is what it was; made once, on first use. */
export const checkArchive = (
  { archive, root }: OpenArchive, layout: Layout, expectedId: string | null,
): ArchiveState | Fault => {
  try {
    const id = readId(layout)
    if (expectedId !== null && id !== expectedId) {
      const found = id === null ? `has no ${showPath(layout.idFile)}` : 'is another disk than before'
      return new Fault(`the archive ${archive.name} at ${showPath(root)} ${found}: not mounted?`, {
        remedy: `mount it, or run "carbonation archive accept ${archive.name}" to take the new disk`,
        archive: archive.name,
      })
    }
    if (id === null) mkdirSync(fsPath(layout.own), { recursive: true, mode: archive.dirMode })
    const space = statfsSync(fsPath(root), { bigint: true })
    return { id: id ?? writeId(layout), freeBytes: Number(space.bavail * space.bsize) }
  } catch (error) {
    return archiveFault(error, 'cannot use the archive', root, archive.name)
  }
}

/** Trouble with the root itself is always that of the archive as a whole. */
const archiveFault = (error: unknown, doing: string, path: Path, archive: string): Fault => {
  const fault = diskFault(error, doing, path, archive)
  return new Fault(fault.message, { remedy: fault.remedy ?? '', archive, cause: error })
}

const readId = (layout: Layout): string | null => {
  try {
    return readFileSync(fsPath(layout.idFile), 'utf8').trim()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

const writeId = (layout: Layout): string => {
  const id = crypto.randomUUID()
  const fd = openSync(fsPath(layout.idFile), 'wx', 0o640)
  try {
    writeSync(fd, `${id}\n`)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  syncDirectory(layout.own)
  syncDirectory(layout.root)
  return id
}
