import { fsyncSync, mkdirSync, openSync, readFileSync, readdirSync, rmSync, writeSync } from 'node:fs'
import { Fault } from '../../domain/fault.ts'
import { fsPath, joinPath, parentOf, showPath, type Path } from '../../domain/path.ts'
import type { ArchiveState } from '../../world.ts'
import { codeOf, diskFault } from '../disk-errors.ts'
import { fileSystemId } from '../libc.ts'
import { moveNoReplace } from '../no-replace.ts'
import { withFile } from '../with-file.ts'
import { syncDirectory } from './directories.ts'
import { makesCopies, type Layout, type OpenArchive } from './layout.ts'
import { freeBytes, reserveBytes } from './stage-group.ts'

/** The root is what it was, can be written and has room; made once, on first use. */
export const checkArchive = (open: OpenArchive, layout: Layout, expectedId: string | null): ArchiveState | Fault => {
  const { archive, root } = open
  try {
    const id = readId(layout)
    if (expectedId !== null && id !== expectedId) return notTheOne(open, layout, id)
    if (id !== null && fileSystemId(root).isReadOnly) {
      return new Fault(`the archive ${archive.name} at ${showPath(root)} is on a read-only file system`, {
        remedy: 'mount it for writing', archive: archive.name,
      })
    }
    if (id === null) makeDurably(layout.own, archive.dirMode)
    const state = { id: id ?? makeId(layout), freeBytes: freeBytes(root) }
    if (!makesCopies(open) || state.freeBytes > reserveBytes) return state
    return new Fault(`the archive ${archive.name} at ${showPath(root)} is full: ${state.freeBytes} bytes are free`, {
      remedy: 'make room on it', archive: archive.name,
    })
  } catch (error) {
    return archiveFault(error, 'cannot use the archive', root, archive.name)
  }
}

const notTheOne = ({ archive, root }: OpenArchive, layout: Layout, id: string | null): Fault => {
  const found = id === null ? `has no ${showPath(layout.idFile)}` : 'is another disk than before'
  return new Fault(`the archive ${archive.name} at ${showPath(root)} ${found}: not mounted?`, {
    remedy: `mount it, or run "carbonation archive accept ${archive.name}" to take the new disk`,
    archive: archive.name,
  })
}

/** Trouble with what is the archive's own is always that of the archive as a whole. */
export const archiveFault = (error: unknown, doing: string, path: Path, archive: string): Fault => {
  const fault = diskFault(error, doing, path, archive)
  return new Fault(fault.message, { remedy: fault.remedy ?? '', archive, cause: error })
}

/** One that a crash left empty counts as none. */
const readId = (layout: Layout): string | null => {
  try {
    return readFileSync(fsPath(layout.idFile), 'utf8').trim() || null
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

/** Each new directory is made durable together with the one above it. Only the last is carbonation's own. */
const makeDurably = (directory: Path, mode: number, isOwn = true): void => {
  try {
    mkdirSync(fsPath(directory), { mode: isOwn ? 0o750 : mode })
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return
    if (codeOf(error) !== 'ENOENT') throw error
    makeDurably(parentOf(directory), mode, false)
    return makeDurably(directory, mode, isOwn)
  }
  syncDirectory(parentOf(directory))
}

/** It appears with its content or not at all; of several processes the first one names the disk. */
const makeId = (layout: Layout): string => {
  for (const name of readdirSync(fsPath(layout.own)).filter((one) => one.startsWith('archive-id.'))) {
    rmSync(fsPath(joinPath(layout.own, name)), { force: true })
  }
  const id = crypto.randomUUID()
  const fresh = `${layout.idFile}.${id}`
  withFile(openSync(fsPath(fresh), 'wx', 0o640), (fd) => {
    writeSync(fd, `${id}\n`)
    fsyncSync(fd)
  })
  try {
    moveNoReplace(fresh, layout.idFile)
  } catch (error) {
    rmSync(fsPath(fresh), { force: true })
    const others = readId(layout)
    if (others === null) throw error
    return others
  }
  syncDirectory(layout.own)
  return id
}
