import { closeSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { faultToData } from '../domain/fault.ts'
import { fsPath, joinPath, type Path } from '../domain/path.ts'
import type { ArchiveAbilities, TrialAnswer } from './archive-trial.ts'
import { codeOf, diskFault } from './disk-errors.ts'
import { fileSystemOf } from './file-system.ts'
import { renameExchange, renameNoReplace, syncfs } from './libc.ts'

/** A thread that tries one archive's file system, since every call may hang with it. */
declare const self: Worker

self.onmessage = ({ data: root }: MessageEvent<Path>) => self.postMessage(answer(root))

const answer = (root: Path): TrialAnswer => {
  try {
    return { is: 'tried', abilities: inPassing(joinPath(root, `.carbonation-try-${crypto.randomUUID()}`)) }
  } catch (error) {
    return { is: 'fault', fault: faultToData(diskFault(error, 'cannot write to', root)) }
  }
}

/** The directory is there only meanwhile. */
const inPassing = (directory: Path): ArchiveAbilities => {
  mkdirSync(fsPath(directory), { mode: 0o700 })
  try {
    return tryIn(directory)
  } finally {
    rmSync(fsPath(directory), { recursive: true, force: true })
  }
}

const tryIn = (directory: Path): ArchiveAbilities => {
  const file = (name: string) => joinPath(directory, name)
  const write = (name: string) => writeFileSync(fsPath(file(name)), name)
  for (const name of ['a', 'b', 'x', 'y']) write(name)
  return {
    fileSystem: fileSystemOf(directory),
    noReplaceRename: isRefused(() => renameNoReplace(file('a'), file('b'))) && works(() => renameNoReplace(file('a'), file('c'))),
    exchange: works(() => renameExchange(file('x'), file('y'))) && readFileSync(fsPath(file('x')), 'utf8') === 'y',
    hardLinks: works(() => linkSync(fsPath(file('b')), fsPath(file('d')))),
    syncfs: works(() => {
      const fd = openSync(fsPath(directory), 'r')
      try {
        syncfs(fd)
      } finally {
        closeSync(fd)
      }
    }),
  }
}

const works = (work: () => void): boolean => {
  try {
    work()
    return true
  } catch (error) {
    if (codeOf(error) === '') throw error
    return false
  }
}

/** A name that is taken must stay what it is. */
const isRefused = (work: () => void): boolean => {
  try {
    work()
    return false
  } catch (error) {
    return codeOf(error) === 'EEXIST'
  }
}
