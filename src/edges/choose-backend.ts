import type { Watch } from '../config/config.ts'
import type { Fault } from '../domain/fault.ts'
import type { Millis } from '../domain/time.ts'
import type { FileSystem, WatchState } from '../world.ts'
import { pollReason } from './poll.ts'

export type Choice = WatchState & {
  /** Whether events are all there is; else the root is scanned every so often as well. */
  readonly isTrusted: boolean
}

export type Circumstances = {
  /** What the config asks for. */
  readonly wanted: Watch['backend']
  readonly fileSystem: FileSystem
  /** Why inotify can't be called here; null where it can. */
  readonly withoutInotify: Fault | null
  readonly scanIntervalMs: Millis
}

/** How a root is watched, and why. Where the config asks for a backend it gets it, or a fault. */
export const chooseBackend = (circumstances: Circumstances): Choice | Fault => {
  const { wanted, fileSystem, withoutInotify, scanIntervalMs } = circumstances
  const place = placeOf(fileSystem)
  const scanned = pollReason(scanIntervalMs)
  if (wanted === 'poll') return { backend: 'poll', reason: `backend = "poll": ${scanned}`, isTrusted: true }
  if (wanted === 'auto' && !fileSystem.local)
    return { backend: 'poll', reason: `${place}: ${scanned}`, isTrusted: true }
  if (wanted === 'inotify' && withoutInotify !== null) return withoutInotify
  const reason = fileSystem.local ? place : `${place}: ${scanned} too`
  const isTrusted = fileSystem.local
  if (wanted === 'fs.watch') return { backend: 'fs.watch', reason: `backend = "fs.watch", ${reason}`, isTrusted }
  if (wanted === 'inotify') return { backend: 'inotify', reason: `backend = "inotify", ${reason}`, isTrusted }
  if (withoutInotify === null) return { backend: 'inotify', reason, isTrusted }
  return { backend: 'fs.watch', reason: `${reason}; ${withoutInotify.message}`, isTrusted }
}

/** `local ext4`, or why events say little there. */
const placeOf = ({ type, local }: FileSystem): string => {
  if (local) return `local ${type}`
  if (isShared(type)) return `${type} sends no events for other machines' writes`
  return `events of ${type} are not to be trusted`
}

const shared = [
  'nfs', 'nfs4', 'cifs', 'smb3', 'smbfs', '9p', 'afs', 'ceph', 'lustre', 'gpfs', 'beegfs', 'ocfs2', 'gfs2',
  'glusterfs', 'sshfs', 'davfs', 's3fs', 'rclone',
]

const isShared = (type: string): boolean => shared.includes(type.replace(/^fuse\./, ''))
