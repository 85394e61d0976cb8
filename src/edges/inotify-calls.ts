import { constants } from 'node:os'
import { dlopen, ptr, read } from 'bun:ffi'
import { Fault } from '../domain/fault.ts'
import { type Path, pathBytes } from '../domain/path.ts'
import { inotifyBits, inotifyMask } from './inotify-events.ts'

/** The three calls of `inotify(7)`. What the kernel refuses comes back as the name of its errno. */
export interface InotifyCalls {
  /** A new instance, as a file descriptor that never blocks and is not inherited. */
  init(): number | Errno
  /** Watches a directory; gives its watch descriptor, the same one for a directory that is watched already. */
  add(fd: number, directory: Path, followLink: boolean): number | Errno
  remove(fd: number, wd: number): void
}

/** `ENOSPC` and the like; a number as text where the system has no name for it. */
export type Errno = string

const nonBlockingCloseOnExec = 0o2004000

/** The errno of what `node:fs` threw. */
export const codeOf = (error: unknown): Errno =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error)

/** libc's calls, or a fault where FFI is not to be had: no JIT (`MemoryDenyWriteExecute`), not Linux. */
export const loadInotify = (): InotifyCalls | Fault => {
  try {
    return bindInotify()
  } catch (error) {
    return new Fault(`inotify can't be called: ${error instanceof Error ? error.message : String(error)}`, {
      remedy: 'systemd units need MemoryDenyWriteExecute=no; else use backend = "fs.watch" or "poll"',
    })
  }
}

const bindInotify = (): InotifyCalls => {
  const { symbols } = dlopen('libc.so.6', {
    inotify_init1: { args: ['i32'], returns: 'i32' },
    inotify_add_watch: { args: ['i32', 'ptr', 'u32'], returns: 'i32' },
    inotify_rm_watch: { args: ['i32', 'i32'], returns: 'i32' },
    __errno_location: { args: [], returns: 'ptr' },
  })
  const orErrno = (result: number): number | Errno => {
    if (result >= 0) return result
    const location = symbols.__errno_location()
    return location === null ? 'unknown' : errnoName(read.i32(location))
  }
  return {
    init: () => orErrno(symbols.inotify_init1(nonBlockingCloseOnExec)),
    add: (fd, directory, followLink) => {
      const mask = followLink ? inotifyMask : inotifyMask | inotifyBits.dontFollow
      return orErrno(symbols.inotify_add_watch(fd, ptr(zeroTerminated(directory)), mask))
    },
    remove: (fd, wd) => void symbols.inotify_rm_watch(fd, wd),
  }
}

const errnoName = (number: number): Errno =>
  Object.entries(constants.errno).find(([, value]) => value === number)?.[0] ?? String(number)

const zeroTerminated = (path: Path): Uint8Array => {
  const bytes = pathBytes(path)
  const terminated = new Uint8Array(bytes.length + 1)
  terminated.set(bytes)
  return terminated
}
