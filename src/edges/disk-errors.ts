import { Fault } from '../domain/fault.ts'
import { fsPath, showPath, type Path } from '../domain/path.ts'

/** The code of a failed system call; '' where the error is something else. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

/** Whether it was reading this source that failed, and not writing elsewhere. */
export const isOfSource = (error: unknown, source: Path): boolean => {
  if (!(error instanceof Error) || !('syscall' in error)) return false
  if (error.syscall === 'read') return true
  return error.syscall === 'open' && 'path' in error && (error.path === source || String(error.path) === String(fsPath(source)))
}

/** Trouble with one path, in the operator's words. What is no system error is thrown on: it is a bug. */
export const diskFault = (error: unknown, doing: string, path: Path, archive?: string): Fault => {
  const code = codeOf(error)
  if (code === '') throw error
  const [what, remedy, whole] = meanings[code] ?? [`failed with ${code}`, 'check the disk', false]
  return new Fault(`${doing} ${shortened(showPath(path))}: ${what}`, {
    remedy,
    ...(archive !== undefined && whole ? { archive } : {}),
    cause: error,
  })
}

/** What is wrong has to stand behind it, in a message that is bounded too. */
const shortened = (shown: string): string => (shown.length <= 1000 ? shown : `${shown.slice(0, 1000)}…`)

/** What a code means, what to do, and whether the file system as a whole is in trouble. */
const meanings: Readonly<Record<string, readonly [string, string, boolean]>> = {
  EACCES: ['permission denied', 'give the user that runs carbonation the rights on it', false],
  EPERM: ['not permitted', 'give the user that runs carbonation the rights on it', false],
  ENOENT: ['it is not there', 'check that its directory exists and is mounted', false],
  ENOTDIR: ['a part of the path is not a directory', 'move away what stands in its place', false],
  EISDIR: ['a directory stands there', 'move away what stands in its place', false],
  ENOSPC: ['the disk is full', 'make room on it', true],
  EDQUOT: ['the disk quota is used up', 'make room, or raise the quota', true],
  EROFS: ['the file system is read-only', 'mount it for writing', true],
  EIO: ['the disk reports an input/output error', 'check the disk', false],
  ESTALE: ['the network file system has lost it', 'mount it again', true],
  ETIMEDOUT: ['the file system does not answer', 'check its server', true],
  EXDEV: ['it would cross file systems', 'use action = "copy" or "move"', false],
  ENAMETOOLONG: ['the name is too long for this file system', 'shorten the name or the destination', false],
  EMFILE: ['too many open files', 'raise the limit of open files (LimitNOFILE=)', false],
  EINVAL: ['the file system does not know this operation', 'use another file system, or another action', false],
  ENOSYS: ['the file system does not know this operation', 'use another file system, or another action', false],
  ENOTSUP: ['the file system does not know this operation', 'use another file system, or another action', false],
  ELOOP: ['a symbolic link stands there', 'move away what stands in its place', false],
  EMLINK: ['it has too many hard links', 'use action = "copy" or "move"', false],
  ENODEV: ['the device is gone', 'check the disk', true],
}
