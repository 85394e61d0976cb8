import { dlopen, FFIType } from 'bun:ffi'
import { constants } from 'node:fs'
import type { Path } from '../domain/path.ts'
import { cString } from './c-string.ts'
import { errno, SystemError } from './libc.ts'

/** The calls that every file costs, straight to the C library: `node:fs` takes several times as long for each. They
 *  throw what the system reports, with `code`, `syscall` and `path` as `node:fs` has them. */
const libc = dlopen('libc.so.6', {
  open: { args: [FFIType.ptr, FFIType.i32, FFIType.u32], returns: FFIType.i32 },
  access: { args: [FFIType.ptr, FFIType.i32], returns: FFIType.i32 },
  pread: { args: [FFIType.i32, FFIType.ptr, FFIType.u64_fast, FFIType.i64_fast], returns: FFIType.i64_fast },
  pwrite: { args: [FFIType.i32, FFIType.ptr, FFIType.u64_fast, FFIType.i64_fast], returns: FFIType.i64_fast },
  close: { args: [FFIType.i32], returns: FFIType.i32 },
}).symbols

/** Not handed on to programs that are started. */
const O_CLOEXEC = 0o2000000
const EINTR = 4

/** `flags` as `open(2)` has them; close-on-exec comes with all. */
export const openFile = (path: Path, flags: number, mode = 0): number =>
  unbroken('open', () => libc.open(cString(path), flags | O_CLOEXEC, mode), path)

/** Opens without waiting, so that a FIFO put in a file's place cannot hold the worker. */
export const openToRead = (path: Path, followSymlink = false): number =>
  openFile(path, constants.O_RDONLY | constants.O_NONBLOCK | (followSymlink ? 0 : constants.O_NOFOLLOW))

/** The flags of a name that must be new. */
export const writeNew = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL
export const writeAndReadNew = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL

/** How many bytes came; 0 at the end of the file. */
export const readAt = (fd: number, into: Uint8Array, length: number, at: number): number =>
  unbroken('read', () => Number(libc.pread(fd, into, length, at)))

/** Writes all of it. */
export const writeAt = (fd: number, bytes: Uint8Array, at: number): void => {
  for (let done = 0; done < bytes.length; ) {
    const rest = done === 0 ? bytes : bytes.subarray(done)
    done += unbroken('write', () => Number(libc.pwrite(fd, rest, rest.length, at + done)))
  }
}

/** What a failed close says of the bytes is said by the sync as well, and asked there. */
export const closeFile = (fd: number): void => void libc.close(fd)

/** Whether permissions let this process read it. */
export const isReadable = (path: Path): boolean => libc.access(cString(path), constants.R_OK) === 0

/** A call that a signal broke off is made again. */
const unbroken = (call: string, make: () => number, path?: Path): number => {
  for (;;) {
    const result = make()
    if (result >= 0) return result
    const number = errno()
    if (number !== EINTR) throw new SystemError(call, number, path)
  }
}
