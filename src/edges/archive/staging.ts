import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readdirSync, rmSync, rmdirSync, unlinkSync } from 'node:fs'
import { fsPath, joinPath, pathFromBytes, type Path } from '../../domain/path.ts'
import { codeOf } from '../disk-errors.ts'
import { tryLock } from '../libc.ts'
import type { Layout } from './layout.ts'

/** This run's own place in the archive's staging directory, held by a lock as long as the process lives. */
export type Staging = { readonly directory: Path; readonly lock: Path; readonly fd: number }

/** Makes and locks a new place. The lock is taken before the directory exists, so that nobody clears it away. */
export const openStaging = (layout: Layout, name: string): Staging => {
  mkdirSync(fsPath(layout.staging), { recursive: true, mode: 0o700 })
  for (let attempt = 1; ; attempt += 1) {
    const directory = joinPath(layout.staging, `${name}-${attempt}`)
    const lock = `${directory}.lock`
    const fd = openSync(fsPath(lock), 'w', 0o600)
    if (tryLock(fd) && fstatSync(fd).nlink > 0) {
      try {
        mkdirSync(fsPath(directory), { mode: 0o700 })
        return { directory, lock, fd }
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error
      }
    }
    closeSync(fd)
  }
}

export const closeStaging = ({ directory, lock, fd }: Staging): void => {
  try {
    rmdirSync(fsPath(directory))
    unlinkSync(fsPath(lock))
  } catch (error) {
    if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'ENOENT') throw error
  } finally {
    closeSync(fd)
  }
}

/** The places of runs of this ledger that died: those whose lock can be taken. The caller holds the locks until it
 *  ends them. What another ledger's runs left is theirs to judge. */
export const deadStagings = (layout: Layout, ledgerId: string): readonly Staging[] => {
  if (!existsSync(fsPath(layout.staging))) return []
  const names = (readdirSync(fsPath(layout.staging), { encoding: 'buffer' }) as unknown as Buffer[]).map(pathFromBytes)
  return names.filter((name) => name.startsWith(`${ledgerId}-`) && name.endsWith('.lock')).flatMap((name) => {
    const lock = joinPath(layout.staging, name)
    const fd = openSync(fsPath(lock), 'r+')
    if (!tryLock(fd)) {
      closeSync(fd)
      return []
    }
    return [{ directory: lock.slice(0, -'.lock'.length), lock, fd }]
  })
}

/** The puts that a staging directory holds. */
export const putsIn = ({ directory }: Staging): readonly Path[] => {
  try {
    const names = readdirSync(fsPath(directory), { encoding: 'buffer' }) as unknown as Buffer[]
    return names.map((name) => joinPath(directory, pathFromBytes(name)))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
}

/** Clears away what a dead run left, its lock last. */
export const clearStaging = (one: Staging): void => {
  rmSync(fsPath(one.directory), { recursive: true, force: true })
  unlinkSync(fsPath(one.lock))
  closeSync(one.fd)
}
