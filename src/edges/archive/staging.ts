import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, rmdirSync, unlinkSync } from 'node:fs'
import { baseName, fsPath, joinPath, parentOf, pathFromBytes, type Path } from '../../domain/path.ts'
import type { Standing } from '../../world.ts'
import { codeOf } from '../disk-errors.ts'
import { tryLock } from '../libc.ts'
import { syncDirectory } from './directories.ts'
import type { Layout } from './layout.ts'

/** This run's own place in the archive's staging directory, held by a lock as long as the process lives. */
export type Staging = { readonly directory: Path; readonly lock: Path; readonly fd: number }

/** Makes and locks a new place. The lock is taken before the directory exists, so that nobody clears it away. */
export const openStaging = (layout: Layout, name: string): Staging => {
  makeStaging(layout)
  for (let attempt = 1; ; attempt += 1) {
    const directory = joinPath(layout.staging, `${name}-${attempt}`)
    const lock = `${directory}.lock`
    const fd = openSync(fsPath(lock), 'a', 0o600)
    try {
      if (tryLock(fd) && fstatSync(fd).nlink > 0) {
        mkdirSync(fsPath(directory), { mode: 0o700 })
        return { directory, lock, fd }
      }
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') {
        closeSync(fd)
        throw error
      }
    }
    closeSync(fd)
  }
}

/** Below what is there: a root that went away meanwhile is not made anew. */
const makeStaging = ({ own, staging }: Layout): void => {
  try {
    mkdirSync(fsPath(staging), { mode: 0o700 })
    syncDirectory(own)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
}

/** What is still in it is left to the next run. */
export const closeStaging = ({ directory, lock, fd }: Staging): void => {
  try {
    rmdirSync(fsPath(directory))
    unlinkSync(fsPath(lock))
  } catch (error) {
    if (codeOf(error) === '') throw error
  } finally {
    closeSync(fd)
  }
}

/** Gives it back if nothing in it waits for its commit; false where something does. */
export const releaseStaging = (staging: Staging): boolean => {
  if (putsIn(staging).length > 0) return false
  closeStaging(staging)
  return true
}

/** The places of runs of this ledger that died: those whose lock can be taken; where hosts share the archive, those whose
 *  fence has no standing, whatever their locks say. The caller holds the locks until it ends them. What another ledger's
 *  runs left is theirs to judge. */
export const deadStagings = (layout: Layout, ledgerId: string, standing: Standing | null = null): readonly Staging[] => {
  if (!existsSync(fsPath(layout.staging))) return []
  const names = namesIn(layout.staging).filter((name) => name.startsWith(`${ledgerId}-`))
  const places = new Set(names.map((name) => joinPath(layout.staging, name.replace(/\.lock$/, ''))))
  return [...places].toSorted((a, b) => b.length - a.length).flatMap((directory) => {
    const fence = fenceOf(directory)
    if (standing !== null && fence !== null) {
      const isAlive = fence > standing.newest || standing.fences.includes(fence)
      return isAlive ? [] : movedAway(directory)
    }
    return lockedAt(directory) ?? []
  })
}

const lockedAt = (directory: Path): Staging | null => {
  const lock = `${directory}.lock`
  const fd = openSync(fsPath(lock), 'a', 0o600)
  if (tryLock(fd) && fstatSync(fd).nlink > 0) return { directory, lock, fd }
  closeSync(fd)
  return null
}

/** `…-f12-1`: what was staged under the fence 12. */
export const fencedName = (name: string, fence: number | null): string => (fence === null ? name : `${name}-f${fence}`)
const fenceOf = (directory: Path): number | null => {
  const [, fence] = /-f(\d+)-\d+(?:\.over)*$/.exec(baseName(directory)) ?? []
  return fence === undefined ? null : Number(fence)
}

/** Under another name nothing of it can be published or taken back any more, should its run wake up: each of those steps
 *  goes by a path that leads through here. */
const movedAway = (directory: Path): readonly Staging[] => {
  const moved = `${directory}.over`
  const fd = openSync(fsPath(`${moved}.lock`), 'a', 0o600)
  try {
    if (existsSync(fsPath(directory))) renameSync(fsPath(directory), fsPath(moved))
    rmSync(fsPath(`${directory}.lock`), { force: true })
    syncDirectory(parentOf(directory))
    return [{ directory: moved, lock: `${moved}.lock`, fd }]
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

const namesIn = (directory: Path): readonly Path[] =>
  (readdirSync(fsPath(directory), { encoding: 'buffer' }) as unknown as Buffer[]).map(pathFromBytes)

/** The puts that a staging directory holds. */
export const putsIn = ({ directory }: Staging): readonly Path[] => {
  try {
    return namesIn(directory).map((name) => joinPath(directory, name))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
}

/** Clears away what a dead run left, its lock last. */
export const clearStaging = (one: Staging): void => {
  try {
    rmSync(fsPath(one.directory), { recursive: true, force: true })
    rmSync(fsPath(one.lock), { force: true })
  } finally {
    closeSync(one.fd)
  }
}
