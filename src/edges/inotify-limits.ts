import { readFileSync } from 'node:fs'
import { Fault } from '../domain/fault.ts'
import { type Path, showPath } from '../domain/path.ts'
import type { Errno } from './inotify-calls.ts'

type Limit = 'max_queued_events' | 'max_user_instances' | 'max_user_watches'

/** More events came than the kernel keeps for us. */
export const overflowReason = (): string =>
  `the kernel dropped events, its queue was full (${sysctl('max_queued_events')})`

/** What went wrong with `inotify_init1`. */
export const instanceFault = (errno: Errno): Fault =>
  errno === 'EMFILE'
    ? new Fault(`no inotify instance is left for this user (${sysctl('max_user_instances')}), or no descriptor`, {
        remedy: 'raise sysctl fs.inotify.max_user_instances, or LimitNOFILE',
      })
    : new Fault(`inotify can't be started: ${errno}`)

/** What went wrong with `inotify_add_watch` on the root itself. */
export const rootFault = (root: Path, errno: Errno): Fault => {
  const shown = showPath(root)
  if (errno === 'ENOENT') return new Fault(`${shown} is not there`, { remedy: 'create or mount it' })
  if (errno === 'ENOTDIR') return new Fault(`${shown} is not a directory`)
  if (errno === 'EACCES') return new Fault(`${shown} can't be read`, { remedy: 'grant read permission on it' })
  if (errno !== 'ENOSPC') return new Fault(`${shown} can't be watched: ${errno}`)
  return new Fault(`${shown} can't be watched: ${limitReason(errno)}`, {
    remedy: 'raise sysctl fs.inotify.max_user_watches',
  })
}

/** Why a directory below a watched root is not watched. */
export const limitReason = (errno: Errno): string =>
  errno === 'ENOSPC'
    ? `the limit of watched directories is reached (${sysctl('max_user_watches')})`
    : `the kernel refuses to watch more directories (${errno})`

const sysctl = (limit: Limit): string => {
  try {
    return `fs.inotify.${limit} = ${readFileSync(`/proc/sys/fs/inotify/${limit}`, 'utf8').trim()}`
  } catch {
    return `fs.inotify.${limit}`
  }
}
